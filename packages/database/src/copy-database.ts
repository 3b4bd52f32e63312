import { basename } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { BUSY_TIMEOUT } from './constants.ts';
import { DatabaseError } from './errors.ts';

/**
 * Write a database as it stands at one moment to a new file, while others read and write it. Nothing that was
 * removed is in the copy, nor in a log beside it. The caller syncs it. Throws DatabaseError `unreadable`.
 */
export function copyDatabase(from: string, to: string): void {
  let database: Database | undefined;
  try {
    database = new Database(from);
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    database.prepare('VACUUM INTO ?').run([to]);
  } catch (cause) {
    throw new DatabaseError('unreadable', `${basename(from)} cannot be copied`, { cause });
  } finally {
    database?.close();
  }
}
