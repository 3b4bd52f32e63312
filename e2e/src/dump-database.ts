import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@signalapp/sqlcipher';

export type Cell = string | number | Uint8Array | null;

/** Every table of a database with all its rows. */
export type Dump = ReadonlyMap<string, readonly Readonly<Record<string, Cell>>[]>;

/** A virtual table has its rows in tables of its own. */
const TABLES = `
SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`;

/**
 * Read everything that is in a database, encrypted with `key` where one is given. It works on a copy with its
 * write-ahead log, so that nothing of it changes and no lock is taken; its owner should be stopped or idle.
 */
export async function dumpDatabase(path: string, key?: Uint8Array): Promise<Dump> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-dump-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    if (existsSync(`${path}-wal`)) await copyFile(`${path}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    try {
      if (key !== undefined) database.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
      const names = database.prepare(TABLES, { pluck: true }).all<string>();
      return new Map(
        names.map((name) => [
          name,
          database.prepare(`SELECT * FROM "${name}"`).all() as Record<string, Cell>[],
        ]),
      );
    } finally {
      database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A storage node's database, with every message beside the key of the mailbox it lies in. */
export async function dumpNodeDatabase(path: string): Promise<Dump> {
  const dump = await dumpDatabase(path);
  const boxes = new Map(dump.get('box')?.map(({ id, pubkey, namespace }) => [id, { pubkey, namespace }]));
  const messages = dump.get('message')?.map(({ box, ...message }) => {
    const { pubkey = null, namespace = null } = boxes.get(box ?? null) ?? {};
    return { ...message, pubkey, namespace };
  });
  return new Map([...dump, ['message', messages ?? []]]);
}
