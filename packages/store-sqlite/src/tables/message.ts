import type { AccountKey, Message, MessageId, MessageState, RoadName, StoredMessage } from '@sotto/client';
import { flag, integer, optional, type Row, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const STATES: readonly MessageState[] = ['queued', 'sent', 'delivered', 'failed', 'received'];
const ROADS: readonly RoadName[] = ['relay', 'onion'];

const REPLACE = `
UPDATE message SET
  chat = ?, direction = ?, kind = ?, text = ?, state = ?, road = ?, stored_on = ?, stored_of = ?,
  received_at = ?, request = ?, problem = ?
WHERE author = ? AND device = ? AND sent_at = ?`;

const INSERT = `
INSERT INTO message (
  chat, direction, kind, text, state, road, stored_on, stored_of, received_at, request, problem, author,
  device, sent_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * Replace by ID and keep the sequence number, or insert under the next one. Two statements, because
 * an upsert would use up a number for each replacement.
 */
export function putMessage(sqlite: Sqlite, message: Message): void {
  const values = [
    message.chat,
    message.direction,
    message.kind,
    message.text,
    message.state,
    message.road ?? null,
    message.storedOn ?? null,
    message.of ?? null,
    message.receivedAt ?? null,
    Number(message.request),
    message.problem ?? null,
    message.id.author,
    message.id.device,
    message.id.sentAt,
  ];
  if (sqlite.run(REPLACE, values) === 0) sqlite.run(INSERT, values);
}

export function deleteChatMessages(sqlite: Sqlite, chat: AccountKey): void {
  sqlite.run('DELETE FROM message WHERE chat = ?', [chat]);
}

export function readMessage(sqlite: Sqlite, id: MessageId): StoredMessage | undefined {
  const row = sqlite.get('SELECT * FROM message WHERE author = ? AND device = ? AND sent_at = ?', [
    id.author,
    id.device,
    id.sentAt,
  ]);
  return row && messageOf(row);
}

/** Newest first. */
export function readMessages(
  sqlite: Sqlite,
  chat: AccountKey,
  page: { readonly limit: number; readonly before?: number },
): readonly StoredMessage[] {
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  return sqlite
    .all('SELECT * FROM message WHERE chat = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?', [
      chat,
      before,
      page.limit,
    ])
    .map(messageOf);
}

/** Oldest first. */
export function readIncomingAfter(sqlite: Sqlite, sequence: number, limit: number): readonly StoredMessage[] {
  return sqlite
    .all("SELECT * FROM message WHERE direction = 'in' AND sequence > ? ORDER BY sequence LIMIT ?", [
      sequence,
      limit,
    ])
    .map(messageOf);
}

function messageOf(row: Row): StoredMessage {
  return {
    sequence: integer(row, 'sequence'),
    id: { author: text(row, 'author'), device: integer(row, 'device'), sentAt: integer(row, 'sent_at') },
    chat: text(row, 'chat'),
    direction: word(row, 'direction', ['in', 'out']),
    kind: word(row, 'kind', ['text', 'gap']),
    text: text(row, 'text'),
    state: word(row, 'state', STATES),
    ...optional(row, 'road', 'road', (from, column) => word(from, column, ROADS)),
    ...optional(row, 'stored_on', 'storedOn', integer),
    ...optional(row, 'stored_of', 'of', integer),
    ...optional(row, 'received_at', 'receivedAt', integer),
    request: flag(row, 'request'),
    ...optional(row, 'problem', 'problem', text),
  };
}
