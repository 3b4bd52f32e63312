import { asBytes, type Bytes } from '@sotto/bytes';
import { ERASE_WITHIN, MAIL_RETENTION, QUOTA, READ_BYTES } from './constants.ts';
import { GroupCommit } from './group-commit.ts';
import type {
  AppendOutcome,
  Mailbox,
  MailClass,
  MailEntry,
  QueueName,
  QueueUse,
  StoredMail,
} from './mailbox.ts';
import { type Database, openDatabase } from './open-database.ts';
import { QueueTotals } from './queue-totals.ts';
import { MAILBOX_MIGRATIONS } from './schema.ts';

const CLASS_NUMBER: Readonly<Record<MailClass, number>> = { contact: 0, request: 1 };

/** Open the mailbox in an SQLite file. Throws MailboxError `newer-version` or `unreadable`. */
export function openMailbox({ path }: { readonly path: string }): Mailbox {
  return new SqliteMailbox(openDatabase({ path, migrations: MAILBOX_MIGRATIONS }));
}

/** Undoes the savepoint of an append that found a full queue. Never leaves this file. */
const FULL = Symbol('full');

class SqliteMailbox implements Mailbox {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #totals: QueueTotals;
  readonly #insert;
  readonly #read;
  readonly #newest;
  readonly #remove;
  readonly #sumOfQueue;
  #erasure: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#commits = new GroupCommit(database);
    this.#insert = database.prepare(
      'INSERT INTO mail (account, device, class, id, received_at, size, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#read = database.prepare(
      'SELECT position, id, envelope, size FROM mail WHERE account = ? AND device = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#newest = database.prepare(
      'SELECT max(position) AS newest FROM mail WHERE account = ? AND device = ?',
    );
    this.#remove = database.prepare(
      'DELETE FROM mail WHERE account = ? AND device = ? AND id = ? RETURNING class, size',
    );
    this.#sumOfQueue = database.prepare(
      'SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM mail WHERE account = ? AND device = ? AND class = ?',
    );
    this.#totals = new QueueTotals((queue, mailClass) => this.#sum(queue, mailClass));
  }

  async append(entries: readonly MailEntry[]): Promise<AppendOutcome> {
    try {
      await this.#commits.write(() => this.#insertAll(entries));
      return { outcome: 'stored' };
    } catch (error) {
      this.#forgetTotals(entries.map(({ queue }) => queue));
      if (error === FULL) return { outcome: 'full' };
      throw error;
    }
  }

  #insertAll(entries: readonly MailEntry[]): void {
    for (const { queue, class: mailClass, id, receivedAt, envelope } of entries) {
      const total = this.#totals.of(queue, mailClass);
      const quota = QUOTA[mailClass];
      if (total.count + 1 > quota.count || total.bytes + envelope.length > quota.bytes) throw FULL;
      const { account, device } = queue;
      this.#insert.run([account, device, CLASS_NUMBER[mailClass], id, receivedAt, envelope.length, envelope]);
      this.#totals.add(queue, mailClass, envelope.length);
    }
  }

  read(queue: QueueName, after: number, limit: number): readonly StoredMail[] {
    const mail: StoredMail[] = [];
    let bytes = 0;
    let position = after;
    while (mail.length < limit) {
      // One row at a time: SQLite would otherwise read rows whose bytes are then thrown away.
      const row = this.#read.get([queue.account, queue.device, position, 1]);
      if (row === undefined) break;
      bytes += Number(row['size']);
      if (mail.length > 0 && bytes > READ_BYTES) break;
      position = Number(row['position']);
      mail.push({ position, id: bytesOf(row['id']), envelope: bytesOf(row['envelope']) });
    }
    return mail;
  }

  newest(queue: QueueName): number {
    return Number(this.#newest.get([queue.account, queue.device])?.['newest'] ?? 0);
  }

  async remove(queue: QueueName, ids: readonly Bytes[]): Promise<void> {
    try {
      await this.#commits.write(() => {
        for (const id of ids) {
          const row = this.#remove.get([queue.account, queue.device, id]);
          if (row === undefined) continue;
          const mailClass = row['class'] === CLASS_NUMBER.request ? 'request' : 'contact';
          this.#totals.subtract(queue, mailClass, Number(row['size']));
        }
      });
      this.#eraseSoon();
    } catch (error) {
      this.#forgetTotals([queue]);
      throw error;
    }
  }

  async clear(account: Bytes, device?: number): Promise<void> {
    await this.#commits.write(() => {
      this.#totals.clear();
      if (device === undefined) this.#database.prepare('DELETE FROM mail WHERE account = ?').run([account]);
      else this.#database.prepare('DELETE FROM mail WHERE account = ? AND device = ?').run([account, device]);
    });
    this.#eraseSoon();
  }

  async expire(now: number): Promise<number> {
    const removed = await this.#commits.write(() => {
      this.#totals.clear();
      const before = now - MAIL_RETENTION;
      return this.#database.prepare('DELETE FROM mail WHERE received_at < ?').run([before]).changes;
    });
    if (removed > 0) this.#eraseSoon();
    return removed;
  }

  use(queue: QueueName, mailClass: MailClass): QueueUse {
    return { ...this.#totals.of(queue, mailClass) };
  }

  close(): void {
    clearTimeout(this.#erasure);
    this.#commits.close();
    this.#erase();
    this.#database.close();
  }

  #sum(queue: QueueName, mailClass: MailClass): QueueUse {
    const row = this.#sumOfQueue.get([queue.account, queue.device, CLASS_NUMBER[mailClass]]);
    return { count: Number(row?.['count']), bytes: Number(row?.['bytes']) };
  }

  /** After a failed or undone transaction the rows are right and the sums in memory may not be. */
  #forgetTotals(queues: readonly QueueName[]): void {
    for (const queue of queues) this.#totals.forget(queue);
  }

  #eraseSoon(): void {
    this.#erasure ??= setTimeout(() => {
      this.#erasure = undefined;
      if (!this.#erase()) this.#eraseSoon();
    }, ERASE_WITHIN / 2).unref();
  }

  /**
   * `secure_delete` has overwritten the rows in the pages of the log; moving those into the database
   * and cutting the log to nothing leaves no older page behind. False while another process reads.
   */
  #erase(): boolean {
    const result = this.#database.pragma('wal_checkpoint(TRUNCATE)');
    return result[0]?.['busy'] === 0;
  }
}

function bytesOf(value: unknown): Bytes {
  return asBytes(value as Uint8Array);
}
