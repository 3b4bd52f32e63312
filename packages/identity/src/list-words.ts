import { ENGLISH_WORDS } from './words-english.ts';

/** Every word that recovery words are made of, sorted. */
export function listWords(): readonly string[] {
  return ENGLISH_WORDS.toSorted();
}
