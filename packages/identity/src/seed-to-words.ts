import { checksumIndex } from './checksum-word.ts';
import type { Seed } from './seed.ts';
import { ENGLISH_WORDS } from './words-english.ts';

/** A Session account's seed is 16 bytes and 16 zeros; it has 13 words. */
const SHORT_SEED = 16;

/**
 * The words of a seed: three for each four bytes and one that repeats one of them as a checksum
 * (session-protocol §1.1). 25 words, or the 13 that it came from for a seed of Session's.
 */
export function seedToWords(seed: Seed): readonly string[] {
  const short = seed.subarray(SHORT_SEED).every((byte) => byte === 0);
  const view = new DataView(seed.buffer, seed.byteOffset, short ? SHORT_SEED : seed.length);
  const count = ENGLISH_WORDS.length;
  const words: string[] = [];
  for (let offset = 0; offset < view.byteLength; offset += 4) {
    const value = view.getUint32(offset, true);
    const first = value % count;
    const second = (Math.floor(value / count) + first) % count;
    const third = (Math.floor(value / count / count) + second) % count;
    for (const index of [first, second, third]) words.push(ENGLISH_WORDS[index] as string);
  }
  words.push(words[checksumIndex(words)] as string);
  return words;
}
