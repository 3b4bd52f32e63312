import type { AccountKey, Message, MessageId, StoredMessage } from '@sotto/client';
import type { Sqlite, SqlValue } from '../sqlite.ts';
import { addToChat, recountChat } from './chat.ts';
import { messageOf } from './message-row.ts';
import { forgetMany, forgetText, indexText } from './search.ts';

const REPLACE = `
UPDATE message SET
  chat = ?, direction = ?, kind = ?, text = ?, state = ?, road = ?, stored_on = ?, stored_of = ?,
  received_at = ?, request = ?, problem = ?, files = ?
WHERE author = ? AND device = ? AND sent_at = ?`;

/** What most replacements change; no index holds any of it, and naming a column writes its indexes anew. */
const RESTATE = `
UPDATE message SET state = ?, road = ?, stored_on = ?, stored_of = ?, request = ?, problem = ?, files = ?
WHERE sequence = ?`;

const INSERT = `
INSERT INTO message (
  chat, direction, kind, text, state, road, stored_on, stored_of, received_at, request, problem, files,
  author, device, sent_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * Replace by ID and keep the sequence number, or insert under the next one. Two statements, because
 * an upsert would use up a number for each replacement.
 */
export function putMessage(sqlite: Sqlite, message: Message): void {
  const before = readMessage(sqlite, message.id);
  if (before === undefined) insert(sqlite, message);
  else if (isSameWords(before, message) && isSameLine(before, message)) restate(sqlite, before, message);
  else replace(sqlite, before, message);
}

function insert(sqlite: Sqlite, message: Message): void {
  const stored = { ...message, sequence: sqlite.insert(INSERT, valuesOf(message)) };
  index(sqlite, stored);
  addToChat(sqlite, stored);
}

function replace(sqlite: Sqlite, before: StoredMessage, message: Message): void {
  const after = { ...message, sequence: before.sequence };
  sqlite.run(REPLACE, valuesOf(message));
  if (!isSameWords(before, after)) {
    forget(sqlite, before);
    index(sqlite, after);
  }
  if (isSameLine(before, after)) return;
  recountChat(sqlite, before.chat);
  recountChat(sqlite, after.chat);
}

function valuesOf(message: Message): readonly SqlValue[] {
  return [
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
    message.files ?? null,
    message.id.author,
    message.id.device,
    message.id.sentAt,
  ];
}

function restate(sqlite: Sqlite, { sequence }: StoredMessage, message: Message): void {
  sqlite.run(RESTATE, [
    message.state,
    message.road ?? null,
    message.storedOn ?? null,
    message.of ?? null,
    Number(message.request),
    message.problem ?? null,
    message.files ?? null,
    sequence,
  ]);
}

export function deleteMessage(sqlite: Sqlite, id: MessageId): void {
  const before = readMessage(sqlite, id);
  if (before === undefined) return;
  forget(sqlite, before);
  sqlite.run('DELETE FROM message WHERE sequence = ?', [before.sequence]);
  recountChat(sqlite, before.chat);
}

/** Up to so many are forgotten one by one. */
const FEW = 100;

export function deleteChatMessages(sqlite: Sqlite, chat: AccountKey): void {
  const many = readMessages(sqlite, chat, { limit: FEW + 1 }).length > FEW;
  if (many) forgetMany(sqlite, () => forgetChat(sqlite, chat));
  else forgetChat(sqlite, chat);
  sqlite.run('DELETE FROM message WHERE chat = ?', [chat]);
  recountChat(sqlite, chat);
}

/** Rows in memory at a time. */
const BATCH = 500;

function forgetChat(sqlite: Sqlite, chat: AccountKey): void {
  for (let rows = readMessages(sqlite, chat, { limit: BATCH }); rows.length > 0; ) {
    for (const row of rows) forget(sqlite, row);
    rows = readMessages(sqlite, chat, { limit: BATCH, before: rows.at(-1)?.sequence ?? 0 });
  }
}

/** Most replacements change the state only, and cost neither the index nor the summary anything. */
function isSameWords(left: Message, right: Message): boolean {
  return left.kind === right.kind && left.text === right.text && left.chat === right.chat;
}

function isSameLine(left: Message, right: Message): boolean {
  return (
    left.kind === right.kind &&
    left.chat === right.chat &&
    left.direction === right.direction &&
    left.receivedAt === right.receivedAt
  );
}

function index(sqlite: Sqlite, { kind, sequence, chat, text }: StoredMessage): void {
  if (kind === 'text') indexText(sqlite, sequence, chat, text);
}

function forget(sqlite: Sqlite, { kind, sequence, chat, text }: StoredMessage): void {
  if (kind === 'text') forgetText(sqlite, sequence, chat, text);
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
export function readMessagesAfter(
  sqlite: Sqlite,
  chat: AccountKey,
  page: { readonly limit: number; readonly after: number },
): readonly StoredMessage[] {
  return sqlite
    .all('SELECT * FROM message WHERE chat = ? AND sequence > ? ORDER BY sequence LIMIT ?', [
      chat,
      page.after,
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
