import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { type Bytes, type Secret, toHex } from '@sotto/bytes';
import { makePrivate } from '@sotto/files';
import { asStoreError, StoreError } from './errors.ts';
import type { Row } from './row.ts';

type Statement = ReturnType<Database['prepare']>;

export type SqlValue = string | number | Bytes | null;

/** Pages that may gather in the write-ahead log before SQLite folds them in; 4 MiB at 4 KiB a page. */
const WAL_PAGES = 1000;

/**
 * One encrypted SQLite file that this process alone has open.
 *
 * Every method throws only StoreError. Synchronous throughout: a transaction is never open across
 * an `await` (design §2).
 */
export class Sqlite {
  readonly #db: Database;
  /** By their text. The driver has such a map too, under names that it puts together anew at each look. */
  readonly #statements = new Map<string, Statement>();
  #open = true;
  /** Set when the disk failed: after a failed sync nobody knows what is on it. */
  #broken: StoreError | undefined;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** Open or create. Throws StoreError `in-use`, `wrong-key`, `damaged`, `disk-full` or `io`. */
  static open(path: string, key: Secret): Sqlite {
    try {
      keepPrivate(path);
      const db = new Database(path, { cacheStatements: true });
      try {
        prepare(db, key);
      } catch (error) {
        db.close();
        throw error;
      }
      return new Sqlite(db);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** How many rows it wrote or deleted. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#guard(() => this.#statement(sql).run(params.map(bindable)).changes);
  }

  /** The number of the row that it has added. */
  insert(sql: string, params: readonly SqlValue[]): number {
    return this.#guard(() => this.#statement(sql).run(params.map(bindable)).lastInsertRowid);
  }

  get(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(params));
  }

  all(sql: string, params: readonly SqlValue[] = []): readonly Row[] {
    return this.#guard(() => this.#statement(sql).all(params));
  }

  /** Several statements without values, for migrations. */
  script(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  /** All of `work` or nothing; durable when it returns. */
  transaction(work: () => void): void {
    if (this.#broken) throw this.#broken;
    this.run('BEGIN IMMEDIATE');
    try {
      work();
      this.run('COMMIT');
    } catch (error) {
      this.#rollBack();
      const failure = asStoreError(error);
      if (failure.code === 'io' || failure.code === 'damaged') this.#broken = failure;
      throw failure;
    }
  }

  /** Fold the write-ahead log into the file and empty it, so that no earlier page content stays there. */
  checkpoint(): void {
    this.#guard(() => this.#db.pragma('wal_checkpoint(TRUNCATE)'));
  }

  /**
   * `checkpoint` for a timer, which has nobody to throw to. False on a full disk, to be tried again; a
   * failing disk ends all writing.
   */
  emptyLog(): boolean {
    try {
      this.checkpoint();
    } catch (error) {
      const failure = asStoreError(error);
      if (failure.code === 'disk-full') return false;
      this.#broken ??= failure;
    }
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#db.close();
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<Result>(action: () => Result): Result {
    if (!this.#open) throw new StoreError('closed', 'the store is closed');
    try {
      return action();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // On a full or failing disk SQLite has rolled back by itself and there is no transaction left
      // (https://www.sqlite.org/lang_transaction.html §2.3).
    }
  }
}

/** The driver takes an empty array without memory of its own for NULL. */
const EMPTY: Bytes = new Uint8Array(new ArrayBuffer(1), 0, 0);

function bindable(value: SqlValue): SqlValue {
  return value instanceof Uint8Array && value.length === 0 ? EMPTY : value;
}

/** Folder 0700 and file 0600 before SQLite creates either; its log takes the file's mode. */
function keepPrivate(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  makePrivate(path);
}

/**
 * The settings every store file is opened with; their order matters. WAL mode resets `synchronous`,
 * and this build's default for WAL never syncs at commit, so FULL comes after it. The exclusive lock
 * is taken by the first read and held until close: a second owner is told so at once.
 */
function prepare(db: Database, key: Secret): void {
  db.pragma('cipher_log_level = NONE');
  db.pragma(`key = "x'${toHex(key.expose())}'"`);
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  db.exec('BEGIN IMMEDIATE; COMMIT');
}
