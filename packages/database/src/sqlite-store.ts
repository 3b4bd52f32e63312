import { asBytes } from '@sotto/bytes';
import { checkValues } from './check-values.ts';
import { asDatabaseError, DatabaseError } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { type EraseFailed, LogEraser } from './log-eraser.ts';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';
import { prepareReading } from './prepare-reading.ts';
import { splitStatement } from './split-statement.ts';
import type { ChangeListener, Store } from './store.ts';
import type { Row, SqlValue, Statement, Work } from './work.ts';

export interface SqliteStoreOptions extends DatabaseOptions {
  readonly eraseFailed?: EraseFailed;
  readonly onChange?: ChangeListener;
}

/** What only an engine can do that is in this process. */
export interface LocalStore extends Store {
  /** As `read`, at once: for somebody who has to know it in the middle of a commit to another file. */
  readNow<Result>(work: () => Work<Result>): Result;
}

/** Open a store on an SQLite file. Throws DatabaseError as `openDatabase` does. */
export function openSqliteStore(options: SqliteStoreOptions): LocalStore {
  return new SqliteStore(openDatabase(options), options);
}

/** What a run of steps leaves beside its result. */
interface Steps {
  readonly changed: string[];
  failure?: DatabaseError;
}

type Prepared = ReturnType<Database['prepare']>;

class SqliteStore implements LocalStore {
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
    const steps: Steps = { changed: [] };
    try {
      const result = await this.#commits.write(() => {
        const done = this.#step(work(), steps);
        // As on PostgreSQL, where nothing can follow a failure: what is half done is not saved by being caught.
        if (steps.failure !== undefined) throw steps.failure;
        return done;
      });
      for (const name of steps.changed) this.#onChange(name);
      return result;
    } finally {
      if (this.#open) this.#eraser.soon();
    }
  }

  async read<Result>(work: () => Work<Result>): Promise<Result> {
    return this.readNow(work);
  }

  readNow<Result>(work: () => Work<Result>): Result {
    if (!this.#open) throw new DatabaseError('closed', 'the store is closed');
    return this.#step(work(), { changed: [] });
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
  #step<Result>(work: Work<Result>, steps: Steps): Result {
    let next = work.next();
    while (next.done !== true) {
      const step = next.value;
      if ('changed' in step) {
        steps.changed.push(step.changed);
        next = work.next([]);
      } else {
        next = this.#answer(work, step, steps);
      }
    }
    return next.value;
  }

  /** What a statement throws is thrown where it was asked for. */
  #answer<Result>(work: Work<Result>, statement: Statement, steps: Steps): ReturnType<Work<Result>['next']> {
    let rows: readonly Row[];
    try {
      rows = this.#execute(statement);
    } catch (error) {
      steps.failure ??= asDatabaseError(error);
      return work.throw(asDatabaseError(error));
    }
    return work.next(rows);
  }

  #execute({ sql: text, values: all, gives }: Statement): readonly Row[] {
    checkValues(all);
    const { sql, values } = withoutEmptyBytes(text, all);
    if (gives) return prepareReading(this.#database, sql).all(values).map(toRow);
    let statement = this.#changes.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#changes.set(sql, statement);
    }
    statement.run(values);
    return [];
  }
}

/** The driver would bind empty bytes as NULL, so they are written into the statement. */
function withoutEmptyBytes(sql: string, values: readonly SqlValue[]): { sql: string; values: SqlValue[] } {
  const isEmpty = (value: SqlValue | undefined): boolean => value instanceof Uint8Array && value.length === 0;
  if (!values.some(isEmpty)) return { sql, values: [...values] };
  const [first = '', ...parts] = splitStatement(sql);
  const text = parts.map((part, index) => (isEmpty(values[index]) ? "x''" : '?') + part);
  return { sql: first + text.join(''), values: values.filter((value) => !isEmpty(value)) };
}

function toRow(row: Record<string, unknown>): Row {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof Uint8Array) row[name] = asBytes(value);
    else if (typeof value === 'bigint') row[name] = Number(value);
  }
  return row as Row;
}
