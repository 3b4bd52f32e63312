import { completions, corrections, isListed, type WordList } from './word-list.ts';

/** One word of what was typed, and where it stands there. */
export interface TypedWord {
  /** In small letters and one form. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A word that is in no list. Positions count from 1. */
export interface WordProblem {
  readonly position: number;
  readonly word: string;
  /** Looked for with the first few only. */
  readonly suggestions: readonly string[];
}

export interface PhraseDiagnosis {
  readonly count: number;
  /** How many are wanted: 25, or 13 of a Session account that were all found. */
  readonly wanted: number;
  readonly problems: readonly WordProblem[];
  /** Every word is in the list, and there are as many as a phrase has. Whether they belong together is not known. */
  readonly complete: boolean;
  readonly fromSession: boolean;
}

/** So many wrong words are named; with more, something else was pasted, and finding what was meant takes its time. */
export const MOST_NAMED = 3;

/** Our phrases have 25 words, Session's 13. */
const LONG = 25;
const SHORT = 13;

/** Numbers before words, and what lists put between them: phrases are pasted out of notes. */
const NUMBER = /^\d+[.):]?$/;
const STARTS_WITH_NUMBER = /^\d+[.):]/;
const ENDS_WITH_POINT = /[.]+$/;

/** The words of a text, however they are separated and numbered. */
export function splitPhrase(text: string): readonly TypedWord[] {
  const words: TypedWord[] = [];
  for (const { 0: token, index } of text.matchAll(/[^\s,;]+/g)) {
    if (NUMBER.test(token)) continue;
    const number = STARTS_WITH_NUMBER.exec(token)?.[0].length ?? 0;
    const raw = token.slice(number).replace(ENDS_WITH_POINT, '');
    if (raw === '') continue;
    const start = index + number;
    words.push({ word: raw.normalize('NFKC').toLowerCase(), start, end: start + raw.length });
  }
  return words;
}

/** The phrase as the owner of the profile reads it. */
export function joinPhrase(text: string): string {
  return splitPhrase(text)
    .map(({ word }) => word)
    .join(' ');
}

/** The word that a caret stands in or behind. */
export function wordAt(text: string, caret: number): TypedWord | undefined {
  return splitPhrase(text).find(({ start, end }) => start < caret && caret <= end);
}

/** Put a word in the place of another, with room for the next. Returns where the caret goes. */
export function replaceWord(
  text: string,
  { start, end }: TypedWord,
  word: string,
): { readonly text: string; readonly caret: number } {
  const rest = text.slice(end);
  const space = /^\s/.test(rest) ? '' : ' ';
  return { text: text.slice(0, start) + word + space + rest, caret: start + word.length + 1 };
}

/** What can be said of a phrase while it is typed. A word at the caret is let be while it may become one. */
export function diagnosePhrase(text: string, list: WordList, caret?: number): PhraseDiagnosis {
  const words = splitPhrase(text);
  const problems: WordProblem[] = [];
  for (const [index, { word, start, end }] of words.entries()) {
    if (isListed(list, word)) continue;
    const typing = caret !== undefined && start < caret && caret <= end;
    if (typing && completions(list, word, 1).length > 0) continue;
    const suggestions = problems.length < MOST_NAMED ? corrections(list, word) : [];
    problems.push({ position: index + 1, word, suggestions });
  }
  const count = words.length;
  const unfinished = words.some(({ word }) => !isListed(list, word));
  const fromSession = count === SHORT && !unfinished;
  return {
    count,
    wanted: fromSession ? SHORT : LONG,
    problems,
    complete: (count === LONG || count === SHORT) && !unfinished,
    fromSession,
  };
}
