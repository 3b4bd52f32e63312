import type Database from '@signalapp/sqlcipher';
import { BUSY_TIMEOUT, ERASE_WITHIN } from './constants.ts';
import { DatabaseError, isBusy } from './errors.ts';

/** Told of a log that could not be emptied; once, until it works again. */
export type EraseFailed = (error: DatabaseError) => void;

/**
 * Empties the write-ahead log of a database soon after something was removed. `secure_delete` has
 * overwritten the rows in the pages of the log; moving those into the database and cutting the log to
 * nothing leaves no older page behind.
 *
 * Never waits for another process that reads, and never throws: what did not work is tried again.
 */
export class LogEraser {
  readonly #database: Database;
  readonly #failed: EraseFailed;
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  #stopped = false;

  constructor(database: Database, failed: EraseFailed) {
    this.#database = database;
    this.#failed = failed;
  }

  /** Something was removed: the log is empty within `ERASE_WITHIN`. */
  soon(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => this.now(), ERASE_WITHIN / 2).unref();
  }

  now(): void {
    if (this.#stopped) return;
    this.#cancel();
    if (!this.#empty()) this.soon();
  }

  /** For good: what ends after the database was closed would otherwise touch it once more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #empty(): boolean {
    try {
      this.#database.pragma('busy_timeout = 0');
      const [result] = this.#database.pragma('wal_checkpoint(TRUNCATE)');
      this.#failing = false;
      return result?.['busy'] === 0;
    } catch (error) {
      if (!isBusy(error)) this.#tell(error);
      return false;
    } finally {
      this.#database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }

  #tell(cause: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#failed(new DatabaseError('not-erased', 'removed bytes are still in the log', { cause }));
  }
}
