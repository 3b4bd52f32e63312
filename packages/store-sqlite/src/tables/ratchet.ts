import type { Bytes } from '@sotto/bytes';
import type { RatchetChange, RatchetTable } from '@sotto/ratchet';
import { blob, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const PUT = `
INSERT INTO ratchet ("table", key, value) VALUES (?, ?, ?)
ON CONFLICT ("table", key) DO UPDATE SET value = excluded.value`;

export function changeRatchet(sqlite: Sqlite, { table, key, value }: RatchetChange): void {
  if (value === null) sqlite.run('DELETE FROM ratchet WHERE "table" = ? AND key = ?', [table, key]);
  else sqlite.run(PUT, [table, key, value]);
}

export function readRatchet(sqlite: Sqlite, table: RatchetTable, key: string): Bytes | undefined {
  const row = sqlite.get('SELECT value FROM ratchet WHERE "table" = ? AND key = ?', [table, key]);
  return row && blob(row, 'value');
}

export function readRatchetKeys(sqlite: Sqlite, table: RatchetTable): readonly string[] {
  return sqlite
    .all('SELECT key FROM ratchet WHERE "table" = ? ORDER BY key', [table])
    .map((row) => text(row, 'key'));
}
