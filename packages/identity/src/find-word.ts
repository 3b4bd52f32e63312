import { editDistance } from './edit-distance.ts';
import { ENGLISH_WORDS } from './words-english.ts';

/** Letters that tell every word of the list from all others. */
export const PREFIX_LENGTH = 3;

/** Longer than any word; what is echoed and compared of one that is not in the list. */
const LONGEST = 24;
const MOST_SUGGESTIONS = 3;
/** Further away than this a suggestion would only confuse. */
const MOST_EDITS = 2;

export type FindWordOutcome =
  | { readonly outcome: 'found'; readonly index: number }
  /** Its first letters are those of a word, the rest is not. */
  | { readonly outcome: 'mistyped'; readonly word: string; readonly suggestion: string }
  /** Its first letters belong to no word. */
  | { readonly outcome: 'unknown'; readonly word: string; readonly suggestions: readonly string[] };

const INDEX_BY_PREFIX: ReadonlyMap<string, number> = new Map(
  ENGLISH_WORDS.map((word, index) => [word.slice(0, PREFIX_LENGTH), index]),
);

/**
 * Find one word as somebody typed it, in lower case. Three letters or more that begin a word stand
 * for it; Session's clients ignore what follows them, we do not, because a wrong ending is a hint
 * that another word was meant.
 */
export function findWord(typed: string): FindWordOutcome {
  const word = typed.slice(0, LONGEST);
  const index = INDEX_BY_PREFIX.get(typed.slice(0, PREFIX_LENGTH));
  if (index === undefined) return { outcome: 'unknown', word, suggestions: nearest(word) };
  const listed = ENGLISH_WORDS[index] as string;
  if (listed.startsWith(typed)) return { outcome: 'found', index };
  const [first] = nearest(word);
  const closer = first !== undefined && editDistance(word, first) < editDistance(word, listed);
  return { outcome: 'mistyped', word, suggestion: closer ? first : listed };
}

function nearest(word: string): string[] {
  const limit = Math.min(MOST_EDITS, Math.ceil(word.length / 2));
  // Whatever differs more in length needs more edits than that; comparing letters costs a hundred times as much.
  return ENGLISH_WORDS.filter((listed) => Math.abs(listed.length - word.length) <= limit)
    .map((listed) => ({ listed, edits: editDistance(word, listed) }))
    .filter(({ edits }) => edits <= limit)
    .sort((left, right) => left.edits - right.edits)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ listed }) => listed);
}
