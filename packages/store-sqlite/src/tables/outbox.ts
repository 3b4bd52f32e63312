import type { OutboxEntry, OutboxKind } from '@sotto/client';
import { blob, flag, integer, type Row, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const KINDS: readonly OutboxKind[] = ['message', 'receipt', 'accept', 'list'];

const PUT = `
INSERT INTO outbox (
  id, kind, recipient, message_author, message_device, message_sent_at, content, timestamp, urgent,
  place, not_before, attempts
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  kind = excluded.kind, recipient = excluded.recipient, message_author = excluded.message_author,
  message_device = excluded.message_device, message_sent_at = excluded.message_sent_at,
  content = excluded.content, timestamp = excluded.timestamp, urgent = excluded.urgent,
  not_before = excluded.not_before, attempts = excluded.attempts`;

/** By itself, because naming an indexed column writes its index anew, whatever it held before. */
const PUT_PLACE = 'UPDATE outbox SET place = ? WHERE id = ? AND place <> ?';

export function putOutbox(sqlite: Sqlite, entry: OutboxEntry): void {
  sqlite.run(PUT, [
    entry.id,
    entry.kind,
    entry.to,
    entry.message?.author ?? null,
    entry.message?.device ?? null,
    entry.message?.sentAt ?? null,
    entry.content,
    entry.timestamp,
    Number(entry.urgent),
    entry.order,
    entry.notBefore,
    entry.attempts,
  ]);
  sqlite.run(PUT_PLACE, [entry.order, entry.id, entry.order]);
  sqlite.run('DELETE FROM outbox_encrypted WHERE entry = ?', [entry.id]);
  for (const [place, made] of entry.encrypted.entries()) {
    sqlite.run(
      'INSERT INTO outbox_encrypted (entry, place, device, registration_id, kind, bytes) VALUES (?, ?, ?, ?, ?, ?)',
      [entry.id, place, made.device, made.registrationId, made.kind, made.bytes],
    );
  }
  sqlite.run(
    'INSERT INTO outbox_order (only, last) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET last = max(last, excluded.last)',
    [entry.order],
  );
}

export function deleteOutbox(sqlite: Sqlite, id: string): void {
  sqlite.run('DELETE FROM outbox WHERE id = ?', [id]);
}

export function readOutbox(sqlite: Sqlite): readonly OutboxEntry[] {
  return sqlite.all('SELECT * FROM outbox ORDER BY place').map((row) => entryOf(sqlite, row));
}

export function readOutboxEntry(sqlite: Sqlite, id: string): OutboxEntry | undefined {
  const row = sqlite.get('SELECT * FROM outbox WHERE id = ?', [id]);
  return row && entryOf(sqlite, row);
}

export function readLastOutboxOrder(sqlite: Sqlite): number {
  const row = sqlite.get('SELECT last FROM outbox_order');
  return row ? integer(row, 'last') : 0;
}

function entryOf(sqlite: Sqlite, row: Row): OutboxEntry {
  const id = text(row, 'id');
  const encrypted = sqlite.all('SELECT * FROM outbox_encrypted WHERE entry = ? ORDER BY place', [id]);
  return {
    id,
    kind: word(row, 'kind', KINDS),
    to: text(row, 'recipient'),
    ...messageOf(row),
    content: blob(row, 'content'),
    timestamp: integer(row, 'timestamp'),
    urgent: flag(row, 'urgent'),
    order: integer(row, 'place'),
    notBefore: integer(row, 'not_before'),
    attempts: integer(row, 'attempts'),
    encrypted: encrypted.map((made) => ({
      device: integer(made, 'device'),
      registrationId: integer(made, 'registration_id'),
      kind: word(made, 'kind', ['first', 'steady']),
      bytes: blob(made, 'bytes'),
    })),
  };
}

function messageOf(row: Row): Pick<OutboxEntry, 'message'> {
  if (row['message_author'] === null) return {};
  return {
    message: {
      author: text(row, 'message_author'),
      device: integer(row, 'message_device'),
      sentAt: integer(row, 'message_sent_at'),
    },
  };
}
