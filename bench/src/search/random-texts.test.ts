import { expect, it } from 'vitest';
import { rankOf, seeded, textOfWords, wordOf } from './random-texts.ts';

it('has as many words as ranks, and texts of 3 to 22', () => {
  const words = Array.from({ length: 20_000 }, (_, index) => wordOf(index + 1));
  expect(new Set(words).size).toBe(words.length);
  const random = seeded(1);
  const lengths = Array.from({ length: 2_000 }, () => textOfWords(random).split(' ').length);
  expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 22]);
});

it('uses a word half as often as one of half its rank', () => {
  const random = seeded(2);
  const ranks = Array.from({ length: 200_000 }, () => rankOf(random));
  const times = (least: number, most: number) => ranks.filter((rank) => rank >= least && rank < most).length;
  // All ranks from n to 2n together are as frequent, whatever n is.
  expect(times(10, 20) / times(1_000, 2_000)).toBeCloseTo(1, 1);
});

it('begins anew with the same seed', () => {
  expect(textOfWords(seeded(7))).toBe(textOfWords(seeded(7)));
  expect(textOfWords(seeded(7))).not.toBe(textOfWords(seeded(8)));
});
