import type { Preferences } from '@sotto/client';
import { flag, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO preferences (only, read_receipts, typing, screen) VALUES (1, ?, ?, ?)
ON CONFLICT (only) DO UPDATE SET
  read_receipts = excluded.read_receipts, typing = excluded.typing, screen = excluded.screen`;

export function putPreferences(sqlite: Sqlite, { readReceipts, typing, screen }: Preferences): void {
  sqlite.run(PUT, [Number(readReceipts), Number(typing), screen]);
}

export function readPreferences(sqlite: Sqlite): Preferences | undefined {
  const row = sqlite.get('SELECT * FROM preferences');
  return (
    row && {
      readReceipts: flag(row, 'read_receipts'),
      typing: flag(row, 'typing'),
      screen: text(row, 'screen'),
    }
  );
}
