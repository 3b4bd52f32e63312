import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { MailboxError } from './errors.ts';

/** The right to be the one process that serves a data folder. */
export interface FolderHold {
  release(): void;
}

/**
 * Hold a data folder for this process. The lock is SQLite's own on an empty file, so the operating
 * system gives it back however the process ends. Throws MailboxError `in-use`.
 */
export function holdFolder(folder: string): FolderHold {
  const path = join(folder, 'owner.lock');
  closeSync(openSync(path, 'a', 0o600));
  const database = new Database(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new MailboxError('in-use', 'another process is serving this data folder', { cause: error });
  }
  return { release: () => database.close() };
}
