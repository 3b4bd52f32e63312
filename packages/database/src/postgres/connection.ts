import type { Socket } from 'node:net';
import { asBytes, type Bytes } from '@sotto/bytes';
import postgres from 'postgres';
import { checkValues } from '../check-values.ts';
import { DatabaseError } from '../errors.ts';
import { splitStatement } from '../split-statement.ts';
import type { Row, SqlValue } from '../work.ts';
import { openSocket } from './open-socket.ts';
import type { PostgresTarget } from './postgres-url.ts';
import { asServerError, ServerError } from './server-error.ts';

/** What a statement may carry here: a value, or a column of them for `unnest`. Columns are never empty. */
export type PostgresValue = SqlValue | readonly Bytes[] | readonly number[];

/** One statement of a transaction. */
export type Query = (sql: string, values?: readonly PostgresValue[]) => Promise<readonly Row[]>;

/** What a statement has given, and its command tag (`COMMIT`, `ROLLBACK`). */
export interface Answer {
  readonly rows: readonly Row[];
  readonly command: string;
}

/**
 * What every connection asks of the server. A commit is synced before it is answered, whatever the server's own
 * default. A process that stops in the middle of a transaction is cut off before those who wait for its locks give up.
 * Bytes come as they are read here, in all versions.
 */
const SESSION = {
  application_name: 'sotto',
  synchronous_commit: 'on',
  statement_timeout: 6_000,
  idle_in_transaction_session_timeout: 2_000,
  bytea_output: 'hex',
  client_min_messages: 'error',
};

/** A connection is replaced at this age, so that a cluster's new members get their share, milliseconds. */
const LIFETIME = 30 * 60_000;

// Object identifiers of PostgreSQL's types, the same in all engines that speak its protocol (pg_type.dat).
const BYTEA = 17;
const [BOOL, INT8, INT2, INT4, OID, NUMERIC] = [16, 20, 21, 23, 26, 1700];
const [BYTEA_COLUMN, INT8_COLUMN] = [1001, 1016];

// A mailbox reads and writes mebibytes at once: Node's own conversion is a hundred times as fast as ours.
const hexOf = ({ buffer, byteOffset, length }: Bytes): string =>
  `\\x${Buffer.from(buffer, byteOffset, length).toString('hex')}`;
const TYPES = {
  bytes: {
    to: BYTEA,
    from: [BYTEA],
    serialize: hexOf,
    parse: (text: string) => asBytes(Buffer.from(text.slice(2), 'hex')),
  },
  numbers: { to: INT8, from: [INT8, INT2, INT4, OID, NUMERIC], serialize: String, parse: Number },
  flags: { to: BOOL, from: [BOOL], serialize: String, parse: (text: string) => (text === 't' ? 1 : 0) },
  bytesColumn: {
    to: BYTEA_COLUMN,
    from: [],
    serialize: (column: readonly Bytes[]) => `{${column.map((bytes) => `"\\${hexOf(bytes)}"`).join(',')}}`,
    parse: String,
  },
  numbersColumn: {
    to: INT8_COLUMN,
    from: [],
    serialize: (column: readonly number[]) => `{${column.join(',')}}`,
    parse: String,
  },
};

/**
 * One connection for one caller at a time. After anything but an answer of the server it is thrown away and never used
 * again: the driver would connect anew by itself, and what belongs to a transaction would then be committed
 * statement by statement.
 */
export class Connection {
  readonly #sql: postgres.Sql;
  readonly #retiresAt = performance.now() + LIFETIME * (0.5 + Math.random());
  #socket: Socket | undefined;
  #wasOpen = false;
  #isLost = false;

  constructor(target: PostgresTarget) {
    const { user, password, database, host, port, tls } = target;
    this.#sql = postgres({
      ...{ host, port, database, ssl: tls, types: TYPES, connection: SESSION },
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...{ max: 1, fetch_types: false, prepare: true, debug: false, keep_alive: null },
      ...{ idle_timeout: 0, max_lifetime: null, connect_timeout: 3, backoff: () => 0 },
      onnotice: () => undefined,
      onclose: () => this.discard(),
      // Known to the driver, though not to its types.
      ...{ no_subscribe: true, socket: () => this.#open(target) },
    } as postgres.Options<Record<string, postgres.PostgresType>>);
  }

  get isUsable(): boolean {
    return !this.#isLost && performance.now() < this.#retiresAt;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether the server has answered here: then it was lost, and another connection may be had. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** One statement. Rejects with ServerError, or DatabaseError `refused` for a value that cannot be stored. */
  async query(sql: string, values: readonly PostgresValue[], deadline: number): Promise<Answer> {
    for (const value of values) checkValues(Array.isArray(value) ? value : [value as SqlValue]);
    const strings = splitStatement(sql);
    if (values.length !== strings.length - 1) {
      throw new DatabaseError('refused', 'a statement needs as many values as it has placeholders');
    }
    return this.#run(() => this.#sql(strings, ...values.map((value) => this.#parameter(value))), deadline);
  }

  /** Statements without values, one after the other. */
  async script(sql: string, deadline: number): Promise<void> {
    await this.#run(() => this.#sql.unsafe(sql).simple(), deadline);
  }

  /** Cut off: nothing hangs on it any longer. */
  discard(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    // It waits for a goodbye that may never come; what it would say has been said.
    this.#sql.end({ timeout: 0 }).catch(() => undefined);
    this.#socket?.destroy();
  }

  /** Say goodbye. */
  async close(): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    await this.#sql.end({ timeout: 1 });
    this.#socket?.destroy();
  }

  async #run(start: () => PromiseLike<postgres.RowList<postgres.Row[]>>, deadline: number): Promise<Answer> {
    if (this.#isLost) throw new ServerError('unreachable', 'the connection to the database server was lost');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(tooLate()), Math.max(0, deadline - performance.now()));
    });
    try {
      const result = await Promise.race([start(), late]);
      this.#wasOpen = true;
      return { rows: result as unknown as readonly Row[], command: result.command };
    } catch (thrown) {
      const error = asServerError(thrown);
      if (error.state !== '') this.#wasOpen = true;
      if (error.isLost) this.discard();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(target: PostgresTarget): Promise<Socket> {
    const socket = await openSocket(target);
    this.#socket = socket;
    if (!this.#isLost) return socket;
    socket.destroy();
    throw tooLate();
  }

  #parameter(value: PostgresValue): postgres.ParameterOrFragment<never> {
    if (!Array.isArray(value)) return value as never;
    const type = typeof value[0] === 'number' ? INT8_COLUMN : BYTEA_COLUMN;
    return this.#sql.typed(value as never, type) as never;
  }
}

function tooLate(): ServerError {
  return new ServerError('unreachable', 'the database server does not answer in time');
}
