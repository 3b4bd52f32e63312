import type { AccountKey, Chat, MessageId, StoredMessage } from '@sotto/client';
import { integer, optional, type Row, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import { readContact } from './contact.ts';
import { messageOf } from './message-row.ts';

const ADD = `
INSERT INTO chat (account, last_sequence, active_at, unread) VALUES (?, ?, ?, ?)
ON CONFLICT (account) DO UPDATE SET
  last_sequence = excluded.last_sequence, active_at = excluded.active_at,
  unread = unread + (excluded.unread AND excluded.last_sequence > read_through)`;

/** A new message is the newest of its chat. */
export function addToChat(sqlite: Sqlite, message: StoredMessage): void {
  const isUnread = message.direction === 'in' && message.kind === 'text';
  sqlite.run(ADD, [
    message.chat,
    message.sequence,
    message.receivedAt ?? message.id.sentAt,
    Number(isUnread),
  ]);
}

const RECOUNT = `
UPDATE chat SET
  (last_sequence, active_at) = (
    SELECT sequence, coalesce(received_at, sent_at) FROM message
    WHERE chat = account ORDER BY sequence DESC LIMIT 1
  ),
  unread = (
    SELECT count(*) FROM message
    WHERE chat = account AND direction = 'in' AND kind = 'text' AND sequence > read_through
  )
WHERE account = ?`;

/** After something else than a new message has changed. */
export function recountChat(sqlite: Sqlite, account: AccountKey): void {
  sqlite.run('INSERT INTO chat (account) VALUES (?) ON CONFLICT (account) DO NOTHING', [account]);
  sqlite.run(RECOUNT, [account]);
}

export function putRead(sqlite: Sqlite, account: AccountKey, through: number): void {
  sqlite.run(
    'INSERT INTO chat (account, read_through) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET read_through = max(read_through, excluded.read_through)',
    [account, through],
  );
  sqlite.run(RECOUNT, [account]);
}

export function putDraft(sqlite: Sqlite, account: AccountKey, draft: string): void {
  sqlite.run(
    'INSERT INTO chat (account, draft) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET draft = excluded.draft',
    [account, draft === '' ? null : draft],
  );
}

export function deleteChat(sqlite: Sqlite, account: AccountKey): void {
  sqlite.run('DELETE FROM chat WHERE account = ?', [account]);
}

const COLUMNS = `
contact.account, last_sequence, coalesce(active_at, added_at) AS active, coalesce(unread, 0) AS unread,
coalesce(read_through, 0) AS read_through, draft`;

/** By activity, newest first. */
export function readChats(
  sqlite: Sqlite,
  { from, limit }: { readonly from: number; readonly limit: number },
): readonly Chat[] {
  return sqlite
    .all(
      `SELECT ${COLUMNS} FROM contact LEFT JOIN chat ON chat.account = contact.account
      ORDER BY active DESC, contact.account LIMIT ? OFFSET ?`,
      [limit, from],
    )
    .flatMap((row) => chatOf(sqlite, row) ?? []);
}

export function readChat(sqlite: Sqlite, account: AccountKey): Chat | undefined {
  const row = sqlite.get(
    `SELECT ${COLUMNS} FROM contact LEFT JOIN chat ON chat.account = contact.account WHERE contact.account = ?`,
    [account],
  );
  return row && chatOf(sqlite, row);
}

function chatOf(sqlite: Sqlite, row: Row): Chat | undefined {
  const contact = readContact(sqlite, text(row, 'account'));
  if (contact === undefined) return undefined;
  const sequence = optional(row, 'last_sequence', 'last', integer).last;
  const last =
    sequence === undefined ? undefined : sqlite.get('SELECT * FROM message WHERE sequence = ?', [sequence]);
  return {
    contact,
    ...(last === undefined ? {} : { last: messageOf(last) }),
    unread: integer(row, 'unread'),
    readThrough: integer(row, 'read_through'),
    ...optional(row, 'draft', 'draft', text),
    activeAt: integer(row, 'active'),
  };
}

/** Newest first, in (after, through]. */
export function readIncomingTexts(
  sqlite: Sqlite,
  chat: AccountKey,
  range: { readonly after: number; readonly through: number; readonly limit: number },
): readonly MessageId[] {
  return sqlite
    .all(
      `SELECT author, device, sent_at FROM message
      WHERE chat = ? AND direction = 'in' AND kind = 'text' AND sequence > ? AND sequence <= ?
      ORDER BY sequence DESC LIMIT ?`,
      [chat, range.after, range.through, range.limit],
    )
    .map((row) => ({
      author: text(row, 'author'),
      device: integer(row, 'device'),
      sentAt: integer(row, 'sent_at'),
    }));
}
