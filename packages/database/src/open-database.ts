import { basename } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { makePrivate } from '@sotto/files';
import { BUSY_TIMEOUT } from './constants.ts';
import { DatabaseError, isBusy } from './errors.ts';

export type { Database };

export interface DatabaseOptions {
  readonly path: string;
  /**
   * SQL from version n to n + 1 at index n. Only ever appended to; a release that changed an old
   * entry could not open what that entry made.
   */
  readonly migrations: readonly string[];
  /** Bytes of a page, of a file that is made now: one that is there keeps its own. SQLite's 4,096 when nothing is said. */
  readonly pageSize?: number;
  /** `false` for who comes beside the process that serves the file: of any other version than these make it is refused. */
  readonly migrates?: boolean;
}

/**
 * Open an SQLite file of a server, make or migrate its schema. Plain, not encrypted: what a server
 * holds is ciphertext already (design §6).
 *
 * Durable: `synchronous=FULL` is set after WAL, because this build falls back to NORMAL in WAL mode
 * and then loses acknowledged commits at a power cut. `secure_delete` overwrites what is removed.
 * Throws DatabaseError `newer-version`, `older-version`, `in-use` when another process keeps it locked, or `unreadable`.
 */
export function openDatabase({ path, migrations, migrates = true, pageSize }: DatabaseOptions): Database {
  const database = open(path);
  try {
    // First: to become a WAL file it may have to wait for another process already.
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    if (pageSize !== undefined) database.pragma(`page_size = ${pageSize}`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('secure_delete = ON');
    database.pragma('foreign_keys = ON');
    checkVersion(database, { file: basename(path), migrations, migrates });
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof DatabaseError) throw error;
    if (isBusy(error)) {
      throw new DatabaseError('in-use', `${basename(path)} is locked by another process`, { cause: error });
    }
    throw new DatabaseError('unreadable', `${basename(path)} is not a database of this program`, {
      cause: error,
    });
  }
}

function open(path: string): Database {
  try {
    makePrivate(path);
    return new Database(path, { cacheStatements: true });
  } catch (error) {
    throw new DatabaseError('unreadable', `${basename(path)} cannot be opened`, { cause: error });
  }
}

interface Checked {
  readonly file: string;
  readonly migrations: readonly string[];
  readonly migrates: boolean;
}

function checkVersion(database: Database, { file, migrations, migrates }: Checked): void {
  const version = versionOf(database);
  if (version > migrations.length) {
    throw new DatabaseError(
      'newer-version',
      `${file} was written by a newer version of Sotto (data version ${version}, this program knows ${migrations.length}). ` +
        'Nothing was changed. Start the newer program, or another data folder.',
    );
  }
  if (!migrates && version < migrations.length) {
    throw new DatabaseError(
      'older-version',
      `${file} was written by an older version of Sotto (data version ${version}, this program has ${migrations.length}). ` +
        'Nothing was changed. Use the program that serves it, or start this one on it first.',
    );
  }
}

function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function migrate(database: Database, migrations: readonly string[]): void {
  for (let next = versionOf(database); next < migrations.length; next++) {
    // When a step fails, closing the database undoes it.
    database.exec('BEGIN EXCLUSIVE');
    // Another process may have migrated while this one waited for the lock.
    if (versionOf(database) === next) {
      database.exec(migrations[next] as string);
      database.pragma(`user_version = ${next + 1}`);
    }
    database.exec('COMMIT');
  }
}
