import type { Bytes } from '@sotto/bytes';
import type { AccountKey, FileState, MessageId, StoredFile } from '@sotto/client';
import { blob, integer, optional, type Row, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const STATES: readonly FileState[] = [
  'writing',
  'kept',
  'waiting',
  'stored',
  'unwanted',
  'remote',
  'wanted',
  'here',
  'failed',
];

const PUT = `
INSERT INTO file (
  id, direction, chat, message_author, message_device, message_sent_at, place, name, type, size, width, height,
  state, problem, seed, attachment, done, added_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  direction = excluded.direction, chat = excluded.chat, message_author = excluded.message_author,
  message_device = excluded.message_device, message_sent_at = excluded.message_sent_at, place = excluded.place,
  name = excluded.name, type = excluded.type, size = excluded.size, width = excluded.width,
  height = excluded.height, state = excluded.state, problem = excluded.problem, seed = excluded.seed,
  attachment = excluded.attachment, done = excluded.done, added_at = excluded.added_at`;

export function putFile(sqlite: Sqlite, file: StoredFile): void {
  sqlite.run(PUT, [
    file.id,
    file.direction,
    file.chat ?? null,
    file.message?.author ?? null,
    file.message?.device ?? null,
    file.message?.sentAt ?? null,
    file.place,
    file.name ?? null,
    file.type,
    file.size,
    file.width ?? null,
    file.height ?? null,
    file.state,
    file.problem ?? null,
    file.seed ?? null,
    file.attachment,
    file.done,
    file.addedAt,
  ]);
}

/** With its chunks. */
export function deleteFile(sqlite: Sqlite, id: string): void {
  sqlite.run('DELETE FROM file WHERE id = ?', [id]);
}

const PUT_CHUNK = `
INSERT INTO file_chunk (file, chunk, data)
SELECT id, ?, ? FROM file WHERE id = ?
ON CONFLICT (file, chunk) DO NOTHING`;

/** Whoever fetches a chunk does not know that its file has been deleted meanwhile. */
export function putChunk(sqlite: Sqlite, file: string, chunk: number, data: Bytes): void {
  sqlite.run(PUT_CHUNK, [chunk, data, file]);
}

export function deleteChunks(sqlite: Sqlite, file: string, except: number | undefined): void {
  sqlite.run('DELETE FROM file_chunk WHERE file = ? AND chunk IS NOT ?', [file, except ?? null]);
}

export function readFile(sqlite: Sqlite, id: string): StoredFile | undefined {
  const row = sqlite.get('SELECT * FROM file WHERE id = ?', [id]);
  return row && fileOf(row);
}

/** In their places. */
export function readFilesOf(sqlite: Sqlite, { author, device, sentAt }: MessageId): readonly StoredFile[] {
  const where = 'message_author = ? AND message_device = ? AND message_sent_at = ?';
  return sqlite
    .all(`SELECT * FROM file WHERE ${where} ORDER BY place, id`, [author, device, sentAt])
    .map(fileOf);
}

/** The oldest first. */
export function readFilesIn(sqlite: Sqlite, chat: AccountKey): readonly StoredFile[] {
  return sqlite.all('SELECT * FROM file WHERE chat = ? ORDER BY added_at, id', [chat]).map(fileOf);
}

/** The oldest first. */
export function readFilesWith(sqlite: Sqlite, states: readonly FileState[]): readonly StoredFile[] {
  const marks = states.map(() => '?').join(', ');
  return sqlite.all(`SELECT * FROM file WHERE state IN (${marks}) ORDER BY added_at, id`, states).map(fileOf);
}

export function readChunk(sqlite: Sqlite, file: string, chunk: number): Bytes | undefined {
  const row = sqlite.get('SELECT data FROM file_chunk WHERE file = ? AND chunk = ?', [file, chunk]);
  return row && blob(row, 'data');
}

function fileOf(row: Row): StoredFile {
  return {
    id: text(row, 'id'),
    direction: word(row, 'direction', ['in', 'out']),
    ...optional(row, 'chat', 'chat', text),
    ...messageOf(row),
    place: integer(row, 'place'),
    ...optional(row, 'name', 'name', text),
    type: text(row, 'type'),
    size: integer(row, 'size'),
    ...optional(row, 'width', 'width', integer),
    ...optional(row, 'height', 'height', integer),
    state: word(row, 'state', STATES),
    ...optional(row, 'problem', 'problem', text),
    ...optional(row, 'seed', 'seed', blob),
    attachment: blob(row, 'attachment'),
    done: blob(row, 'done'),
    addedAt: integer(row, 'added_at'),
  };
}

function messageOf(row: Row): Pick<StoredFile, 'message'> {
  if (row['message_author'] === null) return {};
  return {
    message: {
      author: text(row, 'message_author'),
      device: integer(row, 'message_device'),
      sentAt: integer(row, 'message_sent_at'),
    },
  };
}
