import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../errors.ts';
import type { Row } from '../work.ts';
import type { Connection, PostgresValue, Query } from './connection.ts';
import { Connections } from './connections.ts';
import { migratePostgres, requireVersion } from './migrate-postgres.ts';
import { type PostgresTarget, parsePostgresUrl } from './postgres-url.ts';
import { isConflict, ServerError } from './server-error.ts';

const DEFAULT_TIMEOUT = 4_000;
/** Once it is asked to commit, a server has at least so long: what is cut off there is in doubt. */
const COMMIT_GRACE = 1_000;

/** So often work is begun anew that was in conflict with somebody else's. */
const MOST_TRIES = 20;
/** The pause before is random, up to a bound that doubles to this, milliseconds. */
const FIRST_PAUSE = 4;
const LONGEST_PAUSE = 250;

/** One server for all relay processes has a hundred connections by default. */
const DEFAULT_CONNECTIONS = 10;

export interface PostgresOptions {
  /** See `parsePostgresUrl`. */
  readonly url: string;
  /** The most at once. */
  readonly connections?: number;
  /** A call is answered or rejected within this and `COMMIT_GRACE`, milliseconds. */
  readonly timeout?: number;
}

/** How much of others a transaction may see, https://www.postgresql.org/docs/current/transaction-iso.html */
export type Isolation = 'SERIALIZABLE' | 'READ COMMITTED';

/**
 * Connect to a server that speaks PostgreSQL's protocol. Rejects with DatabaseError `unreachable` or `unreadable`;
 * the latter also where `fsync` is off, because what such a server has acknowledged a power cut takes back.
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const postgres = new Postgres(options);
  try {
    const [row] = await postgres.query("SELECT current_setting('fsync', true) AS fsync");
    if (row?.['fsync'] !== 'off') return postgres;
    throw new DatabaseError('unreadable', 'the database server does not sync what it commits (fsync is off)');
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

/** The connections to one server. Rejections are DatabaseError, and come in time. */
export class Postgres {
  readonly #target: PostgresTarget;
  readonly #connections: Connections;
  readonly #timeout: number;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor({ url, connections = DEFAULT_CONNECTIONS, timeout = DEFAULT_TIMEOUT }: PostgresOptions) {
    this.#target = parsePostgresUrl(url);
    this.#connections = new Connections(this.#target, connections);
    this.#timeout = timeout;
  }

  /** One statement by itself. */
  query(sql: string, values: readonly PostgresValue[] = []): Promise<readonly Row[]> {
    return this.each((query) => query(sql, values));
  }

  /** Statements on one connection, each by itself. `work` may be run again. */
  each<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    return this.#call((connection, deadline) =>
      work(async (sql, values = []) => (await connection.query(sql, values, deadline)).rows),
    );
  }

  /** All of it or nothing. `work` is run again after a conflict; what it throws undoes it and is the rejection. */
  transaction<Result>(isolation: Isolation, work: (query: Query) => Promise<Result>): Promise<Result> {
    return this.#call((connection, deadline) => transact({ connection, deadline, isolation, work }));
  }

  /** Bring the tables that have this name to the version that these steps make; see `migratePostgres`. */
  migrate(name: string, migrations: readonly string[]): Promise<void> {
    return migratePostgres(this.#target, name, migrations);
  }

  /** Refuse them where they are of another version, and change nothing; see `requireVersion`. */
  requireVersion(name: string, migrations: readonly string[]): Promise<void> {
    return requireVersion((sql, values) => this.query(sql, values), name, migrations);
  }

  /** Calls that have begun end first. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
    await this.#connections.close();
  }

  async #call<Result>(attempt: Attempt<Result>): Promise<Result> {
    if (this.#closed) throw new DatabaseError('closed', 'the store is closed');
    const call = this.#tryUntilDone(attempt);
    this.#running.add(call);
    try {
      return await call;
    } finally {
      this.#running.delete(call);
    }
  }

  async #tryUntilDone<Result>(attempt: Attempt<Result>): Promise<Result> {
    const deadline = performance.now() + this.#timeout;
    for (let tries = 1, losses = 0; ; tries++) {
      const connection = await this.#connections.take(deadline);
      try {
        return await attempt(connection, deadline);
      } catch (error) {
        // A server that was restarted has left connections that nobody has tried since.
        const wasLost = connection.wasOpen && isLoss(error) && ++losses === 1;
        if (!(wasLost || isConflict(error)) || tries === MOST_TRIES) throw error;
        if (performance.now() > deadline) throw error;
      } finally {
        this.#connections.give(connection);
      }
      await delay(Math.random() * Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE));
    }
  }
}

type Attempt<Result> = (connection: Connection, deadline: number) => Promise<Result>;

interface Transaction<Result> {
  readonly connection: Connection;
  readonly deadline: number;
  readonly isolation: Isolation;
  readonly work: (query: Query) => Promise<Result>;
}

async function transact<Result>({
  connection,
  deadline,
  isolation,
  work,
}: Transaction<Result>): Promise<Result> {
  let failure: unknown;
  const query: Query = async (sql, values = []) => {
    // The server refuses whatever follows a failure, and so do we when it was not asked.
    if (failure !== undefined) throw failure;
    try {
      return (await connection.query(sql, values, deadline)).rows;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };
  await query(`BEGIN ISOLATION LEVEL ${isolation}`);
  try {
    const result = await work(query);
    if (failure !== undefined) throw failure;
    await commit(connection, deadline);
    return result;
  } catch (error) {
    await rollBack(connection);
    throw isConflict(failure) || isLoss(failure) ? failure : error;
  }
}

async function commit(connection: Connection, deadline: number): Promise<void> {
  if (connection.isLost)
    throw new ServerError('unreachable', 'the connection to the database server was lost');
  try {
    const answer = await connection.query('COMMIT', [], Math.max(deadline, performance.now() + COMMIT_GRACE));
    // How a server says that it has undone it, and that this is no error.
    if (answer.command === 'COMMIT') return;
  } catch (error) {
    if (error instanceof ServerError && !error.isLost) throw error;
    throw new ServerError('unknown', 'the database server was lost while it committed');
  }
  throw new ServerError('not-committed', 'the database server has undone the transaction', { isLost: false });
}

async function rollBack(connection: Connection): Promise<void> {
  if (connection.isLost) return;
  try {
    await connection.query('ROLLBACK', [], performance.now() + COMMIT_GRACE);
  } catch {
    // In doubt whether it is still inside: nobody gets it again.
    connection.discard();
  }
}

/** The connection was lost, and nothing was committed on it. */
function isLoss(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'unreachable' && error.isLost;
}
