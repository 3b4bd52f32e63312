import type { AccountKey, FailedText, MessageId } from '@sotto/client';
import { blob, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO failed_text (author, device, sent_at, recipient, content) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (author, device, sent_at) DO UPDATE SET recipient = excluded.recipient, content = excluded.content`;

export function putFailed(sqlite: Sqlite, { message, to, content }: FailedText): void {
  sqlite.run(PUT, [message.author, message.device, message.sentAt, to, content]);
}

export function deleteFailed(sqlite: Sqlite, message: MessageId): void {
  sqlite.run('DELETE FROM failed_text WHERE author = ? AND device = ? AND sent_at = ?', [
    message.author,
    message.device,
    message.sentAt,
  ]);
}

export function deleteFailedTo(sqlite: Sqlite, recipient: AccountKey): void {
  sqlite.run('DELETE FROM failed_text WHERE recipient = ?', [recipient]);
}

export function readFailed(sqlite: Sqlite, message: MessageId): FailedText | undefined {
  const row = sqlite.get('SELECT * FROM failed_text WHERE author = ? AND device = ? AND sent_at = ?', [
    message.author,
    message.device,
    message.sentAt,
  ]);
  return row && { message, to: text(row, 'recipient'), content: blob(row, 'content') };
}
