import { describe, expect, it } from 'vitest';
import { ENGLISH_WORDS } from './words-english.ts';

describe('the English word list', () => {
  it('has 1626 words in order, each told by its first three letters', () => {
    expect(ENGLISH_WORDS).toHaveLength(1626);
    expect([...ENGLISH_WORDS].sort()).toEqual(ENGLISH_WORDS);
    expect(new Set(ENGLISH_WORDS.map((word) => word.slice(0, 3))).size).toBe(1626);
    expect(ENGLISH_WORDS.every((word) => /^[a-z]{3,12}$/.test(word))).toBe(true);
  });
});
