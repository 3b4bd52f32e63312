import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '@sotto/database';
import { requireNode } from '../data/node-keys.ts';
import { NODE_MIGRATIONS } from '../store/schema.ts';

/** The one database of a node's folder. */
export const DATABASE_FILE = 'node.db';

/**
 * Read a node's database beside the node, which may be running. `nothing` where it has never run. Throws StorageNodeError
 * `no-node` or `damaged-data`, or DatabaseError; `newer-version` or `older-version` where the node is of another version.
 */
export function readDatabase<Result>(
  data: string,
  read: (database: Database) => Result,
  nothing: Result,
): Result {
  requireNode(data);
  const path = join(data, DATABASE_FILE);
  if (!existsSync(path)) return nothing;
  const database = openDatabase({ path, migrations: NODE_MIGRATIONS, migrates: false });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
