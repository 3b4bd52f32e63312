import { describe, expect, it } from 'vitest';
import { excerpt, splitMatches } from './highlight.ts';

const marked = (text: string, matches: [number, number][]) =>
  splitMatches(text, matches).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text));

describe('splitting at matches', () => {
  it('loses nothing and marks what was found', () => {
    expect(marked('see you at noon', [[4, 7]])).toEqual(['see ', '[you]', ' at noon']);
    expect(marked('noon', [[0, 4]])).toEqual(['[noon]']);
    expect(marked('one two', [[0, 3], [4, 7]])).toEqual(['[one]', ' ', '[two]']); // biome-ignore format: two matches
    expect(marked('plain', [])).toEqual(['plain']);
  });

  it('leaves out what does not fit the text', () => {
    expect(marked('short', [[2, 90]])).toEqual(['short']);
    expect(marked('short', [[3, 2]])).toEqual(['short']);
    expect(marked('overlap', [[0, 4], [2, 6]])).toEqual(['[over]', 'lap']); // biome-ignore format: two matches
  });
});

describe('the part around the first match', () => {
  it('keeps a short text as it is', () => {
    expect(excerpt('short', [[0, 5]])).toEqual({ text: 'short', matches: [[0, 5]] });
  });

  it('begins shortly before the match and counts anew', () => {
    const text = `${'word '.repeat(100)}needle${' more'.repeat(100)}`;
    const cut = excerpt(text, [[500, 506]]);
    const [from, to] = cut.matches[0] ?? [0, 0];
    expect(cut.text.slice(from, to)).toBe('needle');
    expect(cut.text.startsWith('…word ')).toBe(true);
    expect(cut.text.endsWith('…')).toBe(true);
    expect(cut.text.length).toBeLessThan(250);
  });

  it('does not begin in the middle of a character', () => {
    const text = `${'😀'.repeat(100)}needle`;
    expect(excerpt(`a${text}`, [[201, 207]]).text.codePointAt(1)).toBe(0x1f600);
    expect(excerpt(text, [[200, 206]]).text.codePointAt(1)).toBe(0x1f600);
  });
});
