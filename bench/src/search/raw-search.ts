import { copyFileSync } from 'node:fs';
import Database from '@signalapp/sqlcipher';
import { type Secret, toHex } from '@sotto/bytes';

/** SQLite's index asked directly, in a copy of the same encrypted file. */
export interface RawSearch {
  /** The newest texts with all these beginnings of words. */
  search(words: readonly string[], limit: number): readonly string[];
  /** The same in one chat as it is usually asked: every hit is looked up, and other chats' are thrown away. */
  searchJoined(words: readonly string[], chat: string, limit: number): readonly string[];
  close(): void;
}

const FOUND =
  'FROM message_word JOIN message ON message.sequence = message_word.rowid WHERE message_word MATCH ?';
const NEWEST = 'ORDER BY message_word.rowid DESC LIMIT ?';

/** The copy is made of a store that is closed. */
export function openRawSearch(path: string, key: Secret): RawSearch {
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const database = new Database(copy, { cacheStatements: true });
  database.pragma(`key = "x'${toHex(key.expose())}'"`);
  const [all, joined] = [
    database.prepare(`SELECT message.* ${FOUND} ${NEWEST}`),
    database.prepare(`SELECT message.* ${FOUND} AND message.chat = ? ${NEWEST}`),
  ];
  return {
    search: (words, limit) => all.all([matchFor(words), limit]).map(({ text }) => String(text)),
    searchJoined: (words, chat, limit) =>
      joined.all([matchFor(words), chat, limit]).map(({ text }) => String(text)),
    close: () => database.close(),
  };
}

function matchFor(words: readonly string[]): string {
  return `words : (${words.map((word) => `"${word}"*`).join(' AND ')})`;
}
