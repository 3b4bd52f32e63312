import type { Bytes } from '@sotto/bytes';
import {
  DatabaseError,
  onPostgres,
  type Postgres,
  type PostgresSource,
  type Query,
  type Row,
} from '@sotto/database';
import { MAIL_ID_BYTES, MAIL_RETENTION, READ_BYTES, REMOVE_BATCH } from '../constants.ts';
import type {
  AppendOutcome,
  ExchangeOutcome,
  Mailbox,
  MailClass,
  MailEntry,
  MailName,
  PaidOutcome,
  Premise,
  QueueEnd,
  QueueName,
  QueueUse,
  Stamp,
  StoredMail,
} from '../mailbox.ts';
import { BEFORE_ALL } from '../queue-key.ts';
import { type Append, appendBatch, type CallOutcome, type ReadTruths } from './append-batch.ts';
import { Batches, type Outcome } from './batches.ts';
import { columnsOf } from './queue-rows.ts';
import { removeBatch } from './remove-batch.ts';
import { MAILBOX_SCHEMA, POSTGRES_MAILBOX_MIGRATIONS } from './schema.ts';

const MIB = 1024 * 1024;

/** Mail of one transaction: enough that its sync is shared by many, little enough that it is over in some milliseconds. */
const APPEND_LIMITS = { items: 500, bytes: 2 * MIB };
const REMOVE_LIMITS = { items: 2_000, bytes: MIB };
/** Queues that one statement asks after. */
const QUEUES_AT_ONCE = 5_000;

/** The running sum of sizes lets through what is small enough together, and the first however large. */
const READ = `
  SELECT position, id, envelope FROM (
    SELECT position, id, envelope, size, sum(size) OVER (ORDER BY position) AS total FROM (
      SELECT position, id, envelope, size FROM mail
      WHERE account = ? AND device = ? AND position > ? ORDER BY position LIMIT ?
    ) AS following
  ) AS summed WHERE total <= ? OR total = size ORDER BY position`;
const NEWEST_OF = `
  SELECT coalesce((
    SELECT max(position) FROM mail WHERE mail.account = asked.account AND mail.device = asked.device
  ), 0) AS newest
  FROM unnest(?, ?) WITH ORDINALITY AS asked (account, device, place) ORDER BY place`;
const QUEUES = `
  SELECT account, device, last_position FROM queue
  WHERE (account, device) > (?, ?) ORDER BY account, device LIMIT ?`;

const FORGET_STAMPS = `
  DELETE FROM stamp WHERE name IN (SELECT name FROM stamp WHERE until < ? LIMIT ?) RETURNING 1 AS one`;

export type PostgresMailboxOptions = PostgresSource & {
  /** What may be a premise and is true of these accounts, to stay so until the transaction ends; nothing unless told. */
  readonly truths?: ReadTruths;
};

/**
 * Open the mailbox on a server that speaks PostgreSQL's protocol. Any number of processes may have it open: the row of a
 * queue is held from the moment at which a position is given out until the commit, so that positions of one queue
 * appear in their order, and a reader who follows misses none. Rejects with DatabaseError `newer-version`, `unreachable` or
 * `unreadable`.
 */
export function openPostgresMailbox(options: PostgresMailboxOptions): Promise<Mailbox> {
  const { truths = async () => new Set<string>() } = options;
  return onPostgres(options, async (postgres, close) => {
    await postgres.migrate(MAILBOX_SCHEMA, POSTGRES_MAILBOX_MIGRATIONS);
    return new PostgresMailbox(postgres, close, truths);
  });
}

class PostgresMailbox implements Mailbox {
  readonly #postgres: Postgres;
  readonly #close: () => Promise<void>;
  readonly #truths: ReadTruths;
  readonly #appends: Batches<Append, CallOutcome>;
  readonly #removals: Batches<readonly MailName[], undefined>;
  #open = true;

  constructor(postgres: Postgres, close: () => Promise<void>, truths: ReadTruths) {
    this.#postgres = postgres;
    this.#close = close;
    this.#truths = truths;
    this.#appends = new Batches(APPEND_LIMITS, (calls) => this.#appendAll(calls));
    this.#removals = new Batches(REMOVE_LIMITS, async (calls) => {
      await this.#remove(calls.flat());
      return calls.map(() => ({ value: undefined }));
    });
  }

  async append(entries: readonly MailEntry[], premises: readonly Premise[] = []): Promise<AppendOutcome> {
    if (entries.length > 0) return this.#append({ entries, premises }) as Promise<AppendOutcome>;
    this.#mustBeOpen();
    return { outcome: 'stored' };
  }

  appendPaid(
    entries: readonly MailEntry[],
    premises: readonly Premise[],
    stamp: Stamp,
  ): Promise<PaidOutcome> {
    return this.#append({ entries, premises, stamp }) as Promise<PaidOutcome>;
  }

  exchange(
    mail: MailName,
    entries: readonly MailEntry[],
    premises: readonly Premise[] = [],
  ): Promise<ExchangeOutcome> {
    return this.#append({ entries, premises, mail }) as Promise<ExchangeOutcome>;
  }

  async #append(call: Append): Promise<CallOutcome> {
    const { entries } = call;
    this.#mustBeOpen();
    if (entries.some(({ id, envelope }) => id.length !== MAIL_ID_BYTES || envelope.length === 0)) {
      throw new DatabaseError('refused', 'an entry needs an ID and an envelope');
    }
    const bytes = entries.reduce((sum, { envelope }) => sum + envelope.length, 0);
    return this.#appends.add(call, { items: entries.length + 1, bytes });
  }

  async #appendAll(calls: readonly Append[], isAlone = false): Promise<readonly Outcome<CallOutcome>[]> {
    const append = (query: Query) => appendBatch(query, calls, this.#truths);
    try {
      return await this.#postgres.transaction('READ COMMITTED', append);
    } catch (error) {
      const isRefused = error instanceof DatabaseError && error.code === 'refused';
      if (!isRefused || isAlone) throw error;
    }
    // One of them repeats an ID that is stored, and only that one is refused; or its stamp was spent, which can be seen by now.
    const outcomes: Outcome<CallOutcome>[] = [];
    for (const call of calls) {
      outcomes.push(...(await this.#appendAll([call], true).catch((error) => [{ error }])));
    }
    return outcomes;
  }

  async read(queue: QueueName, after: number, limit: number): Promise<readonly StoredMail[]> {
    const rows = await this.#query(READ, [queue.account, queue.device, after, limit, READ_BYTES]);
    return rows.map(({ position, id, envelope }) => ({
      position: Number(position),
      id: id as Bytes,
      envelope: envelope as Bytes,
    }));
  }

  async newest(queue: QueueName): Promise<number> {
    return (await this.newestOf([queue]))[0] ?? 0;
  }

  async newestOf(queues: readonly QueueName[]): Promise<readonly number[]> {
    this.#mustBeOpen();
    const newest: number[] = [];
    for (let from = 0; from < queues.length; from += QUEUES_AT_ONCE) {
      const rows = await this.#query(NEWEST_OF, columnsOf(queues.slice(from, from + QUEUES_AT_ONCE)));
      newest.push(...rows.map((row) => Number(row['newest'])));
    }
    return newest;
  }

  /** Also such as are empty: they tell how much mail somebody had. */
  async queues({ account, device } = BEFORE_ALL, limit: number): Promise<readonly QueueEnd[]> {
    const rows = await this.#query(QUEUES, [account, device, limit]);
    return rows.map((row) => ({
      queue: { account: row['account'] as Bytes, device: Number(row['device']) },
      end: Number(row['last_position']),
    }));
  }

  async remove(queue: QueueName, ids: readonly Bytes[]): Promise<void> {
    this.#mustBeOpen();
    if (ids.length === 0) return;
    const names = ids.map((id) => ({ queue, id }));
    await this.#removals.add(names, { items: ids.length, bytes: ids.length * MAIL_ID_BYTES });
  }

  async clear(account: Bytes, device?: number, upTo = Number.MAX_SAFE_INTEGER): Promise<void> {
    const all = await this.#query('SELECT device, last_position FROM queue WHERE account = ?', [account]);
    for (const { device: number, last_position: end } of all) {
      if (device === undefined || device === number) {
        await this.#clearQueue({ account, device: Number(number) }, Math.min(Number(end), upTo));
      }
    }
  }

  async #clearQueue(queue: QueueName, end: number): Promise<void> {
    const name = [queue.account, queue.device] as const;
    await this.#removeFound(
      'SELECT account, device, id FROM mail WHERE account = ? AND device = ? AND position <= ? ORDER BY position LIMIT ?',
      [...name, end],
    );
    await this.#query(
      'DELETE FROM queue WHERE account = ? AND device = ? AND contact_count = 0 AND request_count = 0 AND story_count = 0',
      [...name],
    );
  }

  async expire(now: number): Promise<number> {
    for (let gone = REMOVE_BATCH; gone === REMOVE_BATCH; ) {
      gone = (await this.#query(FORGET_STAMPS, [now, REMOVE_BATCH])).length;
    }
    return this.#removeFound(
      'SELECT account, device, id FROM mail WHERE received_at < ? ORDER BY received_at LIMIT ?',
      [now - MAIL_RETENTION],
    );
  }

  /** A month of mail in one transaction would hold up everybody else. */
  async #removeFound(sql: string, values: readonly (number | Bytes)[]): Promise<number> {
    for (let removed = 0; ; ) {
      const found = await this.#query(sql, [...values, REMOVE_BATCH]);
      removed += await this.#remove(found.map(nameOf));
      if (found.length < REMOVE_BATCH) return removed;
    }
  }

  #remove(names: readonly MailName[]): Promise<number> {
    return this.#postgres.transaction('READ COMMITTED', (query) => removeBatch(query, names));
  }

  async use(queue: QueueName, mailClass: MailClass): Promise<QueueUse> {
    const [row] = await this.#query(
      `SELECT ${mailClass}_count AS count, ${mailClass}_bytes AS bytes FROM queue WHERE account = ? AND device = ?`,
      [queue.account, queue.device],
    );
    return { count: Number(row?.['count'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
  }

  async close(): Promise<void> {
    this.#open = false;
    await Promise.all([this.#appends.settled(), this.#removals.settled()]);
    await this.#close();
  }

  async #query(sql: string, values: Parameters<Postgres['query']>[1]): Promise<readonly Row[]> {
    this.#mustBeOpen();
    return this.#postgres.query(sql, values);
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new DatabaseError('closed', 'the mailbox is closed');
  }
}

function nameOf({ account, device, id }: Row): MailName {
  return { queue: { account: account as Bytes, device: Number(device) }, id: id as Bytes };
}
