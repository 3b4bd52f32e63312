import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../errors.ts';
import { Connection, type Query } from './connection.ts';
import type { PostgresTarget } from './postgres-url.ts';
import { isConflict, ServerError } from './server-error.ts';

/** For all of it, with the wait for another process that does the same, milliseconds. */
const MIGRATION_TIMEOUT = 10 * 60_000;
const MOST_TRIES = 20;
const PAUSE = 200;

/** Our own among the advisory locks of a database: `sotto` in ASCII. */
const LOCK = 0x736f_7474_6f;

/** What engines answer that have no advisory locks: not supported, no such function. */
const NO_SUCH_LOCK = ['0A000', '42883'];

const NO_SUCH_TABLE = '42P01';

/**
 * Bring tables to the version that these steps make, index n from version n to n + 1. Only one process does it: it
 * holds an advisory lock where the engine has those, and everywhere the row of `schema_version`. CockroachDB has a
 * lock that locks nothing, YugabyteDB refuses it unless told otherwise; so the row alone must do, and the lock
 * spares PostgreSQL the race for the first `CREATE TABLE`.
 *
 * A step is one transaction, and its version is written once that is committed. CockroachDB may commit a transaction and
 * then fail to change a table (XXA00), YugabyteDB commits each change of a table by itself: such a step is done again, so
 * every statement of a step must also work when it has been done before (`IF NOT EXISTS`).
 * Rejects with DatabaseError `newer-version`, `unreachable`, `unreadable` or `not-committed`.
 */
export async function migratePostgres(
  target: PostgresTarget,
  name: string,
  migrations: readonly string[],
): Promise<void> {
  const connection = new Connection(target);
  const deadline = performance.now() + MIGRATION_TIMEOUT;
  try {
    await connection.script(`SET statement_timeout = ${MIGRATION_TIMEOUT}`, deadline);
    await lock(connection, deadline);
    for (let tries = 1; ; tries++) {
      try {
        await prepare(connection, name, deadline);
        while (await step(connection, { name, migrations, deadline }));
        return;
      } catch (error) {
        if (connection.isLost || !mayPass(error) || tries === MOST_TRIES) throw error;
        await connection.script('ROLLBACK', deadline);
        await delay(PAUSE * Math.random());
      }
    }
  } finally {
    // With it goes the lock.
    await connection.close();
  }
}

async function lock(connection: Connection, deadline: number): Promise<void> {
  try {
    await connection.query('SELECT pg_advisory_lock(?)', [LOCK], deadline);
  } catch (error) {
    if (!(error instanceof ServerError && NO_SUCH_LOCK.includes(error.state))) throw error;
  }
}

async function prepare(connection: Connection, name: string, deadline: number): Promise<void> {
  await connection.script(
    'CREATE TABLE IF NOT EXISTS schema_version (name TEXT PRIMARY KEY, version BIGINT NOT NULL)',
    deadline,
  );
  const insert = 'INSERT INTO schema_version (name, version) VALUES (?, 0) ON CONFLICT (name) DO NOTHING';
  await connection.query(insert, [name], deadline);
}

interface Step {
  readonly name: string;
  readonly migrations: readonly string[];
  readonly deadline: number;
}

/** One step, if there is one to do. */
async function step(connection: Connection, { name, migrations, deadline }: Step): Promise<boolean> {
  await connection.script('BEGIN ISOLATION LEVEL SERIALIZABLE', deadline);
  const select = 'SELECT version FROM schema_version WHERE name = ? FOR UPDATE';
  const version = Number((await connection.query(select, [name], deadline)).rows[0]?.['version']);
  refuseNewer(name, version, migrations);
  const sql = migrations[version];
  if (sql !== undefined) await connection.script(sql, deadline);
  await connection.script('COMMIT', deadline);
  if (sql === undefined) return false;
  const update = 'UPDATE schema_version SET version = ? WHERE name = ? AND version = ?';
  await connection.query(update, [version + 1, name, version], deadline);
  return version + 1 < migrations.length;
}

function refuseNewer(name: string, version: number, migrations: readonly string[]): void {
  if (version <= migrations.length) return;
  throw new DatabaseError(
    'newer-version',
    `the database was written by a newer version of Sotto (data version ${version} of ${name}, this program knows ` +
      `${migrations.length}). Nothing was changed. Start the newer program, or another database.`,
  );
}

/**
 * For who comes beside the processes that serve these tables, and may not change them. Rejects with DatabaseError
 * `newer-version` or `older-version` unless they are of the version that these steps make.
 */
export async function requireVersion(
  query: Query,
  name: string,
  migrations: readonly string[],
): Promise<void> {
  const version = await versionOf(query, name);
  refuseNewer(name, version, migrations);
  if (version === migrations.length) return;
  throw new DatabaseError(
    'older-version',
    `the database was written by an older version of Sotto (data version ${version} of ${name}, this program has ` +
      `${migrations.length}). Nothing was changed. Use the program that serves it, or start this one on it first.`,
  );
}

async function versionOf(query: Query, name: string): Promise<number> {
  try {
    const [row] = await query('SELECT version FROM schema_version WHERE name = ?', [name]);
    return Number(row?.['version'] ?? 0);
  } catch (error) {
    if (error instanceof ServerError && error.state === NO_SUCH_TABLE) return 0;
    throw error;
  }
}

/** Two processes that make one table at once get odd errors: a name that is there after all. */
function mayPass(error: unknown): boolean {
  return isConflict(error) || (error instanceof ServerError && /^(23505|42P07|42710)$/.test(error.state));
}
