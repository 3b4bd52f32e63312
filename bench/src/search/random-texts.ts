/** Words of a language that nobody speaks. */
const WORDS = 20_000;
const SYLLABLES = [
  'ba',
  'ce',
  'di',
  'fo',
  'gu',
  'ha',
  'ke',
  'li',
  'mo',
  'nu',
  'pa',
  're',
  'si',
  'to',
  'vu',
  'za',
];
const [SHORTEST, LONGEST] = [3, 22];

/** The same numbers each time for the same seed, from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The word of a rank from 1 on: no two are alike, and the frequent ones are short. */
export function wordOf(rank: number): string {
  const [number, base] = [rank - 1, SYLLABLES.length];
  const last = SYLLABLES[number % base] ?? '';
  return number < base ? `${last}x` : `${wordOf(Math.floor(number / base)).slice(0, -1)}${last}x`;
}

/** By Zipf's law a word is as frequent as its rank is small: its logarithm is even. */
export function rankOf(random: () => number): number {
  return Math.min(WORDS, Math.floor(Math.exp(random() * Math.log(WORDS + 1))));
}

/** A text of 3 to 22 words. */
export function textOfWords(random: () => number): string {
  const length = SHORTEST + Math.floor(random() * (LONGEST - SHORTEST + 1));
  return Array.from({ length }, () => wordOf(rankOf(random))).join(' ');
}
