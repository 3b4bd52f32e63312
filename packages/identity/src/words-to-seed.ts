import { checksumIndex } from './checksum-word.ts';
import { findWord } from './find-word.ts';
import { type Seed, seedFromBytes } from './seed.ts';
import { ENGLISH_WORDS } from './words-english.ts';

/** Our phrases have 25 words, Session's 13; the last is the checksum. */
const LONG = 25;
const SHORT = 13;

/** What is wrong with a phrase. Positions count from 1; words are as typed, in lower case. */
export type WordsError =
  /** Fewer than 13, or between 13 and 25. */
  | { readonly kind: 'too-few-words'; readonly count: number }
  | { readonly kind: 'too-many-words'; readonly count: number }
  /** Its first three letters are those of no word in the list. */
  | {
      readonly kind: 'unknown-word';
      readonly position: number;
      readonly word: string;
      /** Best first; may be empty. */
      readonly suggestions: readonly string[];
    }
  /** It begins like a word of the list and goes on differently. */
  | {
      readonly kind: 'mistyped-word';
      readonly position: number;
      readonly word: string;
      readonly suggestion: string;
    }
  /** Each of these three is a word, but no seed gives them together: one is wrong or misplaced. */
  | { readonly kind: 'bad-group'; readonly position: number; readonly words: readonly string[] }
  /** All are words, but the last does not go with the others: one is wrong or misplaced. */
  | { readonly kind: 'bad-checksum'; readonly position: number; readonly word: string };

export type WordsToSeedOutcome =
  /** `imported`: 13 words of Session's, whose chats do not continue here. */
  | { readonly outcome: 'seed'; readonly seed: Seed; readonly imported: boolean }
  | { readonly outcome: 'error'; readonly error: WordsError };

/** Read a phrase with any white space and any case. Whole words or their first three letters or more. */
export function wordsToSeed(text: string): WordsToSeedOutcome {
  const typed = text.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const count = typed.length;
  if (count > LONG) return failed({ kind: 'too-many-words', count });
  if (count !== LONG && count !== SHORT) return failed({ kind: 'too-few-words', count });

  const indexes: number[] = [];
  for (const [index, word] of typed.entries()) {
    const position = index + 1;
    const found = findWord(word);
    if (found.outcome === 'unknown') {
      const { word: shown, suggestions } = found;
      return failed({ kind: 'unknown-word', position, word: shown, suggestions });
    }
    if (found.outcome === 'mistyped') {
      const { word: shown, suggestion } = found;
      return failed({ kind: 'mistyped-word', position, word: shown, suggestion });
    }
    indexes.push(found.index);
  }
  return decode(indexes);
}

function decode(indexes: readonly number[]): WordsToSeedOutcome {
  const words = indexes.map((index) => ENGLISH_WORDS[index] as string);
  const data = words.slice(0, -1);
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < data.length; start += 3) {
    const value = groupValue(indexes.slice(start, start + 3) as [number, number, number]);
    if (value === undefined) {
      return failed({ kind: 'bad-group', position: start + 1, words: words.slice(start, start + 3) });
    }
    view.setUint32((start / 3) * 4, value, true);
  }
  const last = words[data.length] as string;
  if (last !== data[checksumIndex(data)]) {
    return failed({ kind: 'bad-checksum', position: words.length, word: last });
  }
  return { outcome: 'seed', seed: seedFromBytes(bytes), imported: words.length === SHORT };
}

/**
 * The 32 bits of three words. 1626³ is a little more than 2³², so a few groups stand for nothing;
 * arithmetic on 32 bits would notice them as `value mod 1626 ≠ first word`.
 */
function groupValue([first, second, third]: [number, number, number]): number | undefined {
  const count = ENGLISH_WORDS.length;
  const value =
    first + count * ((count - first + second) % count) + count * count * ((count - second + third) % count);
  return value <= 0xffffffff ? value : undefined;
}

function failed(error: WordsError): WordsToSeedOutcome {
  return { outcome: 'error', error };
}
