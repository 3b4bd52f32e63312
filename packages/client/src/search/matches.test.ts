import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsAll, matchesIn, termsOf } from './matches.ts';
import { wordsOf } from './tokens.ts';

const shown = (text: string, query: string) =>
  matchesIn(text, termsOf(query)).map(([from, to]) => text.slice(from, to));

describe('words', () => {
  it.each([
    ['Hello Wörld, don’t panic at example.com', 'hello world don t panic at example com'],
    ['GRÖSSE Größe Straße ﬁne', 'grosse grosse strasse fine'],
    ['ΟΔΟΣ οδος', 'οδοσ οδοσ'],
    ['日本語 がき カ', '日 本 語 が き カ'],
    ['مُحَمَّد أحمد كـــتاب', 'محمد احمد كتاب'],
    ['하늘 \u1112\u1161\u1102\u1173\u11af', '하늘 하늘'],
    ['की कि', 'की कि'],
    ['x😀y', 'x 😀 y'],
    ['e\u0301te é', 'ete e'],
    [' .,; ', ''],
  ])('of %j', (text, words) => {
    expect(wordsOf(text).join(' ')).toBe(words);
  });

  it('end somewhere', () => {
    expect(wordsOf('a'.repeat(10_000))).toEqual(['a'.repeat(64)]);
  });
});

describe('matches', () => {
  it.each([
    ['Der Müller, der Mühlen baut', 'mull', ['Müll']],
    ['Der Müller, der Mühlen baut', 'BAUT mü', ['Mü', 'Mü', 'baut']],
    ['Die Straße', 'strass', ['Straß']],
    ['e\u0301te', 'et', ['e\u0301t']],
    ['look at example.com', 'example.co', ['example.co']],
    ['東京駅で会う', '京駅', ['京駅']],
    ['พบกันพรุ่งนี้', 'พรุ่ง', ['พรุ่ง']],
    ['السَّلام عليكم', 'السلا', ['السَّلا']],
    ['ab ab', 'a ab', ['ab', 'ab']],
    ['nothing here', 'thing', []],
    ['one "two" OR three', '"two" OR', ['two', 'OR']],
  ])('in %j of %j', (text, query, found) => {
    expect(shown(text, query)).toEqual(found);
    const isEvery = termsOf(query).every((term) => matchesIn(text, [term]).length > 0);
    expect(holdsAll(text, termsOf(query))).toBe(isEvery);
  });

  it('ascend, do not overlap and stay in the text, whatever it is; a text holds its own words', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(' ', 'ß', 'ﬃ', '日', '\u0301'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), fc.nat(7), (parts, pick) => {
        const text = parts.join('');
        const terms = termsOf(parts[pick] ?? '');
        let last = -1;
        for (const [from, to] of matchesIn(text, terms)) {
          expect(from).toBeGreaterThan(last);
          expect(to).toBeGreaterThan(from);
          last = to;
        }
        expect(last).toBeLessThanOrEqual(text.length);
        expect(holdsAll(text, termsOf(text))).toBe(true);
      }),
    );
  });
});
