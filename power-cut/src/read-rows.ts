import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import Database from '@signalapp/sqlcipher';
import type { Facts } from './workloads/workload.ts';

/** Every row of a database that is not encrypted, one a line; long values by their hash. */
export function readRows(path: string): Facts {
  const database = new Database(path);
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all([])
      .map((row) => String(row['name']));
    return tables.flatMap((table) =>
      database
        .prepare(`SELECT * FROM ${table}`)
        .all([])
        .map((row) => `${basename(path)} ${table}: ${Object.values(row).map(textOf).join(' ')}`)
        .sort(),
    );
  } finally {
    database.close();
  }
}

function textOf(value: unknown): string {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value);
  return text.length > 80 ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text;
}
