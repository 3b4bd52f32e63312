import { DatabaseError } from './errors.ts';
import type { Query } from './postgres/connection.ts';
import { onPostgres, type PostgresSource } from './postgres/on-postgres.ts';
import type { Postgres } from './postgres/postgres.ts';
import type { ChangeListener, Store } from './store.ts';
import type { Row, Statement, Work } from './work.ts';

export type PostgresStoreOptions = PostgresSource & {
  /** Whose tables these are: several stores may share one database. */
  readonly name: string;
  /** SQL from version n to n + 1 at index n; see `migratePostgres` for what a step must bear. */
  readonly migrations: readonly string[];
  /** `false` for who comes beside the processes that serve it: tables of any other version are refused. */
  readonly migrates?: boolean;
  readonly onChange?: ChangeListener;
};

/**
 * Open a store on a server that speaks PostgreSQL's protocol. Any number of processes may have it open; `onChange`
 * hears what this one has changed. Rejects with DatabaseError `newer-version`, `older-version`, `unreachable` or
 * `unreadable`.
 */
export function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { name, migrations, migrates = true, onChange = () => undefined } = options;
  return onPostgres(options, async (postgres, close) => {
    await (migrates ? postgres.migrate(name, migrations) : postgres.requireVersion(name, migrations));
    return new PostgresStore(postgres, close, onChange);
  });
}

class PostgresStore implements Store {
  readonly #postgres: Postgres;
  readonly #close: () => Promise<void>;
  readonly #onChange: ChangeListener;
  #open = true;

  constructor(postgres: Postgres, close: () => Promise<void>, onChange: ChangeListener) {
    this.#postgres = postgres;
    this.#close = close;
    this.#onChange = onChange;
  }

  async write<Result>(work: () => Work<Result>): Promise<Result> {
    this.#mustBeOpen();
    let changed: string[] = [];
    const result = await this.#postgres.transaction('SERIALIZABLE', (query) => {
      // It may be the second time.
      changed = [];
      return stepThrough(work(), query, changed);
    });
    for (const name of changed) this.#onChange(name);
    return result;
  }

  async read<Result>(work: () => Work<Result>): Promise<Result> {
    this.#mustBeOpen();
    return this.#postgres.each((query) => stepThrough(work(), query, []));
  }

  erase(): void {
    // What was removed is overwritten when the server vacuums: when that is, is up to who looks after it.
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#close();
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new DatabaseError('closed', 'the store is closed');
  }
}

/** Run steps to their end, one after the other. */
async function stepThrough<Result>(work: Work<Result>, query: Query, changed: string[]): Promise<Result> {
  let next = work.next();
  while (next.done !== true) {
    const step = next.value;
    if ('changed' in step) {
      changed.push(step.changed);
      next = work.next([]);
    } else {
      next = await answer(work, step, query);
    }
  }
  return next.value;
}

/** What a statement throws is thrown where it was asked for. */
async function answer<Result>(
  work: Work<Result>,
  { sql, values, gives }: Statement,
  query: Query,
): Promise<ReturnType<Work<Result>['next']>> {
  let rows: readonly Row[];
  try {
    rows = await query(sql, values);
  } catch (error) {
    return work.throw(error);
  }
  return work.next(gives ? rows : []);
}
