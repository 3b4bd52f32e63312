import type { Bytes } from '@sotto/bytes';
import { DatabaseError, onPostgres, type Postgres, type PostgresSource, type Row } from '@sotto/database';
import { ONLINE_PER_QUEUE } from '../constants.ts';
import type { QueueName } from '../mailbox.ts';
import type { OnlineEntry, OnlineEnvelope, OnlineMail } from '../online-mail.ts';
import { columnsOf } from './queue-rows.ts';
import { MAILBOX_SCHEMA, POSTGRES_MAILBOX_MIGRATIONS } from './schema.ts';

const PUT = `
  INSERT INTO online_mail (account, device, id, put_at, until_at, envelope)
  SELECT * FROM unnest(?, ?, ?, ?, ?, ?) AS fresh (account, device, id, put_at, until_at, envelope)
  WHERE (
    SELECT count(*) FROM online_mail AS kept WHERE kept.account = fresh.account AND kept.device = fresh.device
  ) < ?
  ON CONFLICT (account, device, id) DO NOTHING`;
const TAKE = `
  DELETE FROM online_mail WHERE account = ? AND device = ? RETURNING id, put_at, until_at, envelope`;

/**
 * Of a server that is several processes. What is removed in one statement is given to one of them. Rejects with
 * DatabaseError `newer-version`, `unreachable` or `unreadable`.
 */
export function openPostgresOnlineMail(source: PostgresSource): Promise<OnlineMail> {
  return onPostgres(source, async (postgres, close) => {
    await postgres.migrate(MAILBOX_SCHEMA, POSTGRES_MAILBOX_MIGRATIONS);
    return new PostgresOnlineMail(postgres, close);
  });
}

class PostgresOnlineMail implements OnlineMail {
  readonly #postgres: Postgres;
  readonly #close: () => Promise<void>;
  #open = true;
  #lastPut = 0;

  constructor(postgres: Postgres, close: () => Promise<void>) {
    this.#postgres = postgres;
    this.#close = close;
  }

  async put(entries: readonly OnlineEntry[]): Promise<void> {
    this.#mustBeOpen();
    if (entries.length === 0) return;
    await this.#query(PUT, [
      ...columnsOf(entries.map(({ queue }) => queue)),
      entries.map(({ id }) => id),
      entries.map(() => this.#nextPut()),
      entries.map(({ until }) => until),
      entries.map(({ envelope }) => envelope),
      ONLINE_PER_QUEUE,
    ]);
  }

  /** Microseconds or so: the order of what this process puts. */
  #nextPut(): number {
    this.#lastPut = Math.max(this.#lastPut + 1, Date.now() * 1_000);
    return this.#lastPut;
  }

  async take({ account, device }: QueueName, now: number): Promise<readonly OnlineEnvelope[]> {
    const rows = await this.#query(TAKE, [account, device]);
    return rows
      .filter((row) => now < Number(row['until_at']))
      .toSorted((left, right) => Number(left['put_at']) - Number(right['put_at']))
      .map(({ id, envelope }) => ({ id: id as Bytes, envelope: envelope as Bytes }));
  }

  async clear(account: Bytes, device?: number): Promise<void> {
    if (device === undefined) await this.#query('DELETE FROM online_mail WHERE account = ?', [account]);
    else await this.#query(TAKE, [account, device]);
  }

  async expire(now: number): Promise<void> {
    await this.#query('DELETE FROM online_mail WHERE until_at <= ?', [now]);
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#close();
  }

  async #query(sql: string, values: Parameters<Postgres['query']>[1]): Promise<readonly Row[]> {
    this.#mustBeOpen();
    return this.#postgres.query(sql, values);
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new DatabaseError('closed', 'the mail is closed');
  }
}
