import { type AccountKey, type SearchTerm, type StoredMessage, wordsOf } from '@sotto/client';
import type { Sqlite } from '../sqlite.ts';
import { messageOf } from './message-row.ts';

export function indexText(sqlite: Sqlite, sequence: number, chat: AccountKey, text: string): void {
  sqlite.run('INSERT INTO message_word (rowid, chat, words) VALUES (?, ?, ?)', [
    sequence,
    chat,
    wordsOf(text).join(' '),
  ]);
}

/** The index keeps no texts, so it has to be told what it knew. */
export function forgetText(sqlite: Sqlite, sequence: number, chat: AccountKey, text: string): void {
  sqlite.run("INSERT INTO message_word (message_word, rowid, chat, words) VALUES ('delete', ?, ?, ?)", [
    sequence,
    chat,
    wordsOf(text).join(' '),
  ]);
}

/**
 * Of many texts, faster by far than one by one: old entries stay until they are merged, so all are merged
 * at the end.
 */
export function forgetMany(sqlite: Sqlite, forget: () => void): void {
  setSecureDelete(sqlite, 0);
  forget();
  sqlite.run("INSERT INTO message_word (message_word) VALUES ('optimize')");
  setSecureDelete(sqlite, 1);
}

function setSecureDelete(sqlite: Sqlite, value: 0 | 1): void {
  // As a bound value it would be no integer to SQLite.
  sqlite.run(`INSERT INTO message_word (message_word, rank) VALUES ('secure-delete', ${value})`);
}

export function forgetAllTexts(sqlite: Sqlite): void {
  sqlite.run("INSERT INTO message_word (message_word) VALUES ('delete-all')");
}

const SEARCH = `
SELECT message.* FROM message_word JOIN message ON message.sequence = message_word.rowid
WHERE message_word MATCH ? AND message_word.rowid < ? ORDER BY message_word.rowid DESC LIMIT ?`;

/** Newest first. */
export function searchMessages(
  sqlite: Sqlite,
  request: {
    readonly terms: readonly SearchTerm[];
    readonly chat?: AccountKey;
    readonly before?: number;
    readonly limit: number;
  },
): readonly StoredMessage[] {
  const { terms, chat, before = Number.MAX_SAFE_INTEGER, limit } = request;
  if (terms.length === 0) return [];
  return sqlite.all(SEARCH, [matchFor(terms, chat), before, limit]).map(messageOf);
}

/** Every term is a quoted string, in which nothing but a quote has a meaning. */
function matchFor(terms: readonly SearchTerm[], chat: AccountKey | undefined): string {
  const words = terms.map((term) => `${quoted(term.join(' '))}*`).join(' AND ');
  const inChat = chat === undefined ? '' : `chat : ${quoted(chat)} AND `;
  return `${inChat}words : (${words})`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
