import type { Preferences, RelayAccess } from '@sotto/client';
import { flag, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO preferences (only, read_receipts, typing, relay_access, screen) VALUES (1, ?, ?, ?, ?)
ON CONFLICT (only) DO UPDATE SET
  read_receipts = excluded.read_receipts, typing = excluded.typing,
  relay_access = excluded.relay_access, screen = excluded.screen`;

const ACCESSES: readonly RelayAccess[] = ['direct', 'onion'];

export function putPreferences(sqlite: Sqlite, preferences: Preferences): void {
  const { readReceipts, typing, relayAccess, screen } = preferences;
  sqlite.run(PUT, [Number(readReceipts), Number(typing), relayAccess, screen]);
}

export function readPreferences(sqlite: Sqlite): Preferences | undefined {
  const row = sqlite.get('SELECT * FROM preferences');
  return (
    row && {
      readReceipts: flag(row, 'read_receipts'),
      typing: flag(row, 'typing'),
      relayAccess: word(row, 'relay_access', ACCESSES),
      screen: text(row, 'screen'),
    }
  );
}
