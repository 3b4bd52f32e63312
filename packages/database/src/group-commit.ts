import type Database from '@signalapp/sqlcipher';
import { DatabaseError } from './errors.ts';

/** Writes waiting beyond these are refused, so that a slow disk does not become a full memory. */
const DEFAULT_MOST_WAITING = 20_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** One transaction takes at most this many, so that the event loop is not held for long. */
const MAX_BATCH = 2_000;

export interface WriteOptions {
  /** About what the work keeps in memory until it is committed. */
  readonly bytes?: number;
  /** All that the work writes is one statement, its last: if that fails, there is nothing to undo. */
  readonly oneStatement?: boolean;
}

interface Job {
  readonly work: () => unknown;
  readonly bytes: number;
  readonly oneStatement: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Settled = { readonly job: Job } & ({ readonly value: unknown } | { readonly error: unknown });

/**
 * Runs writes of concurrent callers in one transaction each turn of the event loop, so that a hundred
 * sends cost one fsync. A promise from `write` settles only after the commit has returned: whoever
 * answers a client after it has acknowledged nothing that a power cut could take back.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #release;
  readonly #mostWaiting: number;
  #waiting: Job[] = [];
  #waitingBytes = 0;
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(database: Database, mostWaiting = DEFAULT_MOST_WAITING) {
    this.#database = database;
    this.#mostWaiting = mostWaiting;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT job');
    this.#release = database.prepare('RELEASE job');
  }

  /**
   * Run `work` in the next transaction. It must be synchronous and may read what earlier works of
   * the same transaction wrote. If it throws, only its own writes are undone and the promise rejects
   * with what it threw. Rejects with DatabaseError `not-committed`, `overloaded`, `closed`, or `refused` for
   * work that is asynchronous.
   */
  write<Result>(work: () => Result, { bytes = 0, oneStatement = false }: WriteOptions = {}): Promise<Result> {
    if (this.#closed) return Promise.reject(new DatabaseError('closed', 'the store is closed'));
    if (this.#waiting.length >= this.#mostWaiting || this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      return Promise.reject(new DatabaseError('overloaded', 'too many writes are waiting'));
    }
    return new Promise((resolve, reject) => {
      const settle = { resolve: resolve as (value: unknown) => void, reject };
      this.#waiting.push({ work, bytes, oneStatement, ...settle });
      this.#waitingBytes += bytes;
      // After the poll phase: every request that has already arrived joins this transaction.
      this.#scheduled ??= setImmediate(() => this.#flush());
    });
  }

  /** Commit what is waiting and refuse what comes later. */
  close(): void {
    while (this.#waiting.length > 0) this.#flush();
    this.#closed = true;
  }

  #flush(): void {
    clearImmediate(this.#scheduled);
    const batch = this.#waiting.splice(0, MAX_BATCH);
    for (const { bytes } of batch) this.#waitingBytes -= bytes;
    this.#scheduled = this.#waiting.length > 0 ? setImmediate(() => this.#flush()) : undefined;
    if (batch.length === 0) return;
    try {
      this.#begin.run();
      const settled = batch.map((job) => this.#runOne(job));
      this.#commit.run();
      for (const one of settled) {
        if ('error' in one) one.job.reject(one.error);
        else one.job.resolve(one.value);
      }
    } catch (error) {
      this.#rollback();
      const failure = new DatabaseError('not-committed', 'the transaction did not commit', { cause: error });
      for (const job of batch) job.reject(failure);
    }
  }

  #runOne(job: Job): Settled {
    if (job.oneStatement) return this.#runStatement(job);
    this.#savepoint.run();
    try {
      const value = job.work();
      if (isThenable(value)) throw new DatabaseError('refused', 'work in a transaction must be synchronous');
      this.#release.run();
      return { job, value };
    } catch (error) {
      this.#database.exec('ROLLBACK TO job; RELEASE job');
      return { job, error };
    }
  }

  /** A savepoint would cost more than some statements do. */
  #runStatement(job: Job): Settled {
    try {
      return { job, value: job.work() };
    } catch (error) {
      // Some failures end the transaction: what follows would be committed by itself.
      if (this.#hasEnded()) throw error;
      return { job, error };
    }
  }

  /** Whether there is no transaction any more; begins another one then, which is rolled back like the first. */
  #hasEnded(): boolean {
    try {
      this.#begin.run();
      return true;
    } catch {
      return false;
    }
  }

  #rollback(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // A failed COMMIT may have ended the transaction by itself. If it has not, the next BEGIN fails
      // and its writers are told.
    }
  }
}

/** What such work wrote after its first pause would not belong to this transaction. */
function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
