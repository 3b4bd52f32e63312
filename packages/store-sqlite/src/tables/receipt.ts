import type { MessageId, OwedReceipt, ReceiptKind } from '@sotto/client';
import { integer, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO receipt (kind, author, device, sent_at, recipient, due_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (author, device, sent_at, kind) DO UPDATE SET
  recipient = excluded.recipient, due_at = excluded.due_at`;

export function putReceipt(sqlite: Sqlite, { kind, message, to, dueAt }: OwedReceipt): void {
  sqlite.run(PUT, [kind, message.author, message.device, message.sentAt, to, dueAt]);
}

export function deleteReceipt(sqlite: Sqlite, message: MessageId, kind: ReceiptKind): void {
  sqlite.run('DELETE FROM receipt WHERE author = ? AND device = ? AND sent_at = ? AND kind = ?', [
    message.author,
    message.device,
    message.sentAt,
    kind,
  ]);
}

/** Earliest first. */
export function readReceiptsDue(sqlite: Sqlite, time: number): readonly OwedReceipt[] {
  return sqlite.all('SELECT * FROM receipt WHERE due_at <= ? ORDER BY due_at', [time]).map((row) => ({
    kind: word(row, 'kind', ['delivery', 'read']),
    to: text(row, 'recipient'),
    message: { author: text(row, 'author'), device: integer(row, 'device'), sentAt: integer(row, 'sent_at') },
    dueAt: integer(row, 'due_at'),
  }));
}

/** When the next owed receipt is due. */
export function readNextReceiptDue(sqlite: Sqlite): number | undefined {
  const row = sqlite.get('SELECT due_at FROM receipt ORDER BY due_at LIMIT 1');
  return row && integer(row, 'due_at');
}
