import { editDistance } from './edit-distance.ts';

/** Letters that tell every word of the list from all others. */
const PREFIX = 3;
/** Longer than any word; what is compared of one that is not in the list. */
const LONGEST = 24;
const MOST_SUGGESTIONS = 3;
/** Further away than this a suggestion would only confuse. */
const MOST_EDITS = 2;

/** The words that recovery words are made of, ready to be asked for. */
export interface WordList {
  readonly words: readonly string[];
  readonly byPrefix: ReadonlyMap<string, string>;
}

export function makeWordList(words: readonly string[]): WordList {
  return { words, byPrefix: new Map(words.map((word) => [word.slice(0, PREFIX), word])) };
}

/** It is a word of the list, or enough of its beginning to stand for it. */
export function isListed({ byPrefix }: WordList, typed: string): boolean {
  return byPrefix.get(typed.slice(0, PREFIX))?.startsWith(typed) === true;
}

/** What may be meant by a word that is not finished, in the list's order; empty for one that is. */
export function completions({ words }: WordList, typed: string, most: number): readonly string[] {
  if (typed === '') return [];
  const beginning = words.filter((word) => word.startsWith(typed));
  return beginning.includes(typed) ? [] : beginning.slice(0, most);
}

/** What may be meant by a word that is not in the list, best first; may be empty. */
export function corrections({ words, byPrefix }: WordList, typed: string): readonly string[] {
  const word = typed.slice(0, LONGEST);
  const limit = Math.min(MOST_EDITS, Math.ceil(word.length / 2));
  // Whatever differs more in length needs more edits than that; comparing letters costs a hundred times as much.
  const near = words
    .filter((listed) => Math.abs(listed.length - word.length) <= limit)
    .map((listed) => ({ listed, edits: editDistance(word, listed) }))
    .filter(({ edits }) => edits <= limit)
    .sort((one, other) => one.edits - other.edits)
    .map(({ listed }) => listed);
  const sameStart = byPrefix.get(word.slice(0, PREFIX));
  return [...new Set([...near, ...(sameStart === undefined ? [] : [sameStart])])].slice(0, MOST_SUGGESTIONS);
}
