import { indexAllTexts } from './migrations/0004-show-chats.ts';
import { integer } from './row.ts';
import type { Sqlite } from './sqlite.ts';
import { forgetAllTexts } from './tables/search.ts';

/** Raised when the client makes other words of a text. */
const WORDS = 1;

/**
 * The index keeps no texts: a word leaves it only when the text gives the same word as when it came. What
 * is a letter, and which is its small one, is the runtime's to say, and a new one may say more. So all words
 * are written anew where something else made them; else those of a deleted text would stay, or the index would
 * count fewer than none and be damaged.
 */
export function renewWords(sqlite: Sqlite): void {
  const version = versionOfWords();
  if (integer(sqlite.get('PRAGMA application_id') ?? {}, 'application_id') === version) return;
  sqlite.transaction(() => {
    forgetAllTexts(sqlite);
    indexAllTexts(sqlite);
    sqlite.script(`PRAGMA application_id = ${version}`);
  });
}

/** Of the words, and of the Unicode tables of this runtime, which are like `17.0`. */
export function versionOfWords(unicode = process.versions['unicode'] ?? '0.0'): number {
  const [major = 0, minor = 0] = unicode.split('.').map((part) => Number(part) || 0);
  return WORDS * 1_000_000 + major * 1_000 + minor;
}
