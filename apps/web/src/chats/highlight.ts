/** A text in pieces, those that were searched for marked. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
  /** Where it begins in the text: what tells pieces apart. */
  readonly at: number;
}

/** How much of a text stands before the first match in a result. */
const BEFORE = 40;
const LONGEST = 240;

/** Split a text at `matches`, which the owner of the profile has counted; what does not fit is left out. */
export function splitMatches(text: string, matches: readonly (readonly [number, number])[]): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  const push = (to: number, marked: boolean): void => {
    if (to > done) pieces.push({ text: text.slice(done, to), marked, at: done });
    done = Math.max(done, to);
  };
  for (const [from, to] of matches) {
    if (from < done || to <= from || to > text.length) continue;
    push(from, false);
    push(to, true);
  }
  push(text.length, false);
  return pieces;
}

/** The part of a long text around its first match, with matches counted anew. */
export function excerpt(
  text: string,
  matches: readonly (readonly [number, number])[],
): { readonly text: string; readonly matches: readonly (readonly [number, number])[] } {
  const first = matches[0]?.[0] ?? 0;
  const from = first <= BEFORE ? 0 : wordStart(text, first - BEFORE, first);
  const cut = text.slice(from, from + LONGEST);
  const head = from > 0 ? '…' : '';
  const tail = from + LONGEST < text.length ? '…' : '';
  const shift = head.length - from;
  return {
    text: `${head}${cut}${tail}`,
    matches: matches
      .filter(([start, end]) => start >= from && end <= from + LONGEST)
      .map(([start, end]) => [start + shift, end + shift] as const),
  };
}

/** The beginning of a word behind `from`, so that no character is torn; `from` moved off a pair otherwise. */
function wordStart(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).search(/\s/);
  if (space >= 0) return from + space + 1;
  const code = text.charCodeAt(from);
  return code >= 0xdc00 && code <= 0xdfff ? from + 1 : from;
}
