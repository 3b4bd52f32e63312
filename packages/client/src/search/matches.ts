import type { SearchTerm } from '../ports/store.ts';
import { type Token, tokensOf, wordsOf } from './tokens.ts';

/** More than anybody remembers of a message. */
const MAX_TERMS = 16;

/**
 * What a user typed, as the store searches for it. Pieces without a space between are words that follow each
 * other; nothing of it is a command. Empty when there is no word in it.
 */
export function termsOf(text: string): readonly SearchTerm[] {
  const terms = text.split(/\s+/u).map(wordsOf);
  return terms.filter((term) => term.length > 0).slice(0, MAX_TERMS);
}

/** Does a text hold them all? */
export function holdsAll(text: string, terms: readonly SearchTerm[]): boolean {
  const tokens = tokensOf(text);
  return terms.every((term) => tokens.some((_, at) => startsAt(tokens, at, term)));
}

/** Where they stand: [from, to) in UTF-16 units, ascending, not overlapping. */
export function matchesIn(
  text: string,
  terms: readonly SearchTerm[],
): readonly (readonly [number, number])[] {
  const tokens = tokensOf(text);
  const found: [number, number][] = [];
  for (const term of terms) {
    for (const at of tokens.keys()) {
      if (startsAt(tokens, at, term)) found.push([tokens[at]?.from ?? 0, endOf(tokens, at, term)]);
    }
  }
  found.sort(([left], [right]) => left - right);
  const merged: [number, number][] = [];
  for (const [from, to] of found) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function startsAt(tokens: readonly Token[], at: number, term: SearchTerm): boolean {
  return term.every((word, offset) => {
    const token = tokens[at + offset];
    if (token === undefined) return false;
    return offset === term.length - 1 ? token.word.startsWith(word) : token.word === word;
  });
}

function endOf(tokens: readonly Token[], at: number, term: SearchTerm): number {
  const length = term.at(-1)?.length ?? 0;
  return tokens[at + term.length - 1]?.ends[length - 1] ?? 0;
}
