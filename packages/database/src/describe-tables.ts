import { toBase64 } from '@sotto/bytes';
import type { Database } from './open-database.ts';

/** A table as the database itself lists it. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Every table there is, SQLite's own as well, by name. */
export function listTables(database: Database): readonly TableShape[] {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  return tables.map((row) => {
    const table = String(row['name']);
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    return { table, columns: columns.map((column) => String(column['name'])) };
  });
}

/** A value as it is stored; byte strings as base64. */
export type StoredValue = string | number | null | { readonly base64: string };

/** A row to be shown. */
export function showRow(row: Readonly<Record<string, unknown>>): Record<string, StoredValue> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? { base64: toBase64(value) } : (value as string | number | null),
    ]),
  );
}
