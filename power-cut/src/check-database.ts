import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import Database from '@signalapp/sqlcipher';
import type { DatabaseFile } from './workloads/workload.ts';

const FINE = ['ok'];

/** What SQLite and its cipher find wrong with a database that nobody has open; nothing when it is whole. */
export function checkDatabase({ path, key }: DatabaseFile): readonly string[] {
  if (!existsSync(path)) return [`${basename(path)} is not there`];
  const database = new Database(path);
  try {
    if (key !== undefined) database.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
    const said = (pragma: string): readonly string[] =>
      database
        .prepare(`PRAGMA ${pragma}`)
        .all([])
        .flatMap((row) => Object.values(row).map(String));
    const wrong = [
      ...said('integrity_check').filter((line) => !FINE.includes(line)),
      ...said('foreign_key_check'),
      // Says nothing about pages that are right.
      ...(key === undefined ? [] : said('cipher_integrity_check')),
    ];
    return wrong.map((line) => `${basename(path)}: ${line}`);
  } finally {
    database.close();
  }
}
