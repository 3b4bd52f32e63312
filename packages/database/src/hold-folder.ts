import { join } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { makePrivate } from '@sotto/files';
import { DatabaseError, isBusy } from './errors.ts';

/** The right to be the one process that serves a data folder. */
export interface FolderHold {
  /** Does nothing the second time. */
  release(): void;
}

/**
 * Hold a data folder for this process. The lock is SQLite's own on an empty file, so the operating
 * system gives it back however the process ends. Throws DatabaseError `in-use` or `unreadable`.
 */
export function holdFolder(folder: string): FolderHold {
  const path = join(folder, 'owner.lock');
  let database: Database | undefined;
  try {
    makePrivate(path);
    database = new Database(path);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    throw isBusy(error)
      ? new DatabaseError('in-use', 'another process is serving this data folder', { cause: error })
      : new DatabaseError('unreadable', 'the data folder cannot be held', { cause: error });
  }
  let held: Database | undefined = database;
  return {
    release: () => {
      held?.close();
      held = undefined;
    },
  };
}
