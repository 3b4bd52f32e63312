import { asBytes } from '@sotto/bytes';
import { asDatabaseError, DatabaseError } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { type EraseFailed, LogEraser } from './log-eraser.ts';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';
import { prepareReading } from './prepare-reading.ts';
import type { ChangeListener, Store } from './store.ts';
import type { Row, Statement, Work } from './work.ts';

export interface SqliteStoreOptions extends DatabaseOptions {
  readonly eraseFailed?: EraseFailed;
  readonly onChange?: ChangeListener;
}

/** Open a store on an SQLite file. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  return new SqliteStore(openDatabase(options), options);
}

type Prepared = ReturnType<Database['prepare']>;

class SqliteStore implements Store {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #eraser: LogEraser;
  readonly #onChange: ChangeListener;
  readonly #changes = new Map<string, Prepared>();
  #open = true;

  constructor(database: Database, { eraseFailed, onChange }: SqliteStoreOptions) {
    this.#database = database;
    this.#commits = new GroupCommit(database);
    this.#eraser = new LogEraser(database, eraseFailed ?? (() => undefined));
    this.#onChange = onChange ?? (() => undefined);
    // A process that was killed has left its log behind.
    this.#eraser.now();
  }

  async write<Result>(work: () => Work<Result>): Promise<Result> {
    const changed: string[] = [];
    try {
      const result = await this.#commits.write(() => this.#step(work(), changed));
      for (const name of changed) this.#onChange(name);
      return result;
    } finally {
      if (this.#open) this.#eraser.soon();
    }
  }

  async read<Result>(work: () => Work<Result>): Promise<Result> {
    if (!this.#open) throw new DatabaseError('closed', 'the store is closed');
    try {
      return this.#step(work(), []);
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  erase(): void {
    this.#eraser.now();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#commits.close();
    this.#open = false;
    this.#eraser.now();
    this.#eraser.stop();
    this.#database.close();
  }

  /** Run steps to their end, at once. */
  #step<Result>(work: Work<Result>, changed: string[]): Result {
    let next = work.next();
    while (next.done !== true) {
      const step = next.value;
      if ('changed' in step) {
        changed.push(step.changed);
        next = work.next([]);
      } else {
        next = this.#answer(work, step);
      }
    }
    return next.value;
  }

  /** What a statement throws is thrown where it was asked for, so that the work may catch it. */
  #answer<Result>(work: Work<Result>, statement: Statement): ReturnType<Work<Result>['next']> {
    let rows: readonly Row[];
    try {
      rows = this.#execute(statement);
    } catch (error) {
      return work.throw(error);
    }
    return work.next(rows);
  }

  #execute({ sql, values, gives }: Statement): readonly Row[] {
    if (gives)
      return prepareReading(this.#database, sql)
        .all([...values])
        .map(toRow);
    let statement = this.#changes.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#changes.set(sql, statement);
    }
    statement.run([...values]);
    return [];
  }
}

function toRow(row: Record<string, unknown>): Row {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof Uint8Array) row[name] = asBytes(value);
    else if (typeof value === 'bigint') row[name] = Number(value);
  }
  return row as Row;
}
