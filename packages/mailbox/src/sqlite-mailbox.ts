import { asBytes, type Bytes } from '@sotto/bytes';
import {
  asDatabaseError,
  type Database,
  DatabaseError,
  type EraseFailed,
  GroupCommit,
  LogEraser,
  openDatabase,
  prepareReading,
} from '@sotto/database';
import { MAIL_ID_BYTES, MAIL_RETENTION, QUOTA, READ_BYTES, REMOVE_BATCH } from './constants.ts';
import { FreshMail } from './fresh-mail.ts';
import { CLASS_NUMBER, classOf } from './mail-class.ts';
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
} from './mailbox.ts';
import { BEFORE_ALL } from './queue-key.ts';
import { QueueTotals } from './queue-totals.ts';
import { MAILBOX_MIGRATIONS } from './schema.ts';

export interface MailboxOptions {
  readonly path: string;
  /** Told when removed mail cannot be overwritten for now; see `LogEraser`. */
  readonly eraseFailed?: EraseFailed;
  /** What may be a premise and is true of an account at this moment; nothing unless told. */
  readonly truths?: (account: Bytes) => readonly string[];
}

/** Open the mailbox in an SQLite file. Throws DatabaseError `newer-version`, `in-use` or `unreadable`. */
export function openMailbox({
  path,
  eraseFailed = () => undefined,
  truths = () => [],
}: MailboxOptions): Mailbox {
  const database = openDatabase({ path, migrations: MAILBOX_MIGRATIONS, pageSize: PAGE_BYTES });
  return new SqliteMailbox(database, new LogEraser(database, eraseFailed), truths);
}

/**
 * Three envelopes of the smallest size fit one page. Of SQLite's own 4,096 bytes each would fill one alone, and many that
 * are committed together would cost a third more.
 */
const PAGE_BYTES = 8_192;

/** One call. */
interface Append {
  readonly entries: readonly MailEntry[];
  readonly premises: readonly Premise[];
  readonly stamp?: Stamp;
  /** Removed with it. */
  readonly mail?: MailName;
}

type Outcome = PaidOutcome | ExchangeOutcome;

/** Undoes the savepoint of a call that is not stored. It never leaves this file. */
class Undone {
  readonly outcome: Outcome['outcome'];
  constructor(outcome: Outcome['outcome']) {
    this.outcome = outcome;
  }
}

class SqliteMailbox implements Mailbox {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #totals: QueueTotals;
  readonly #fresh = new FreshMail();
  readonly #insert;
  readonly #read;
  readonly #sizes;
  readonly #newest;
  readonly #following;
  readonly #remove;
  readonly #sumOfQueue;
  readonly #stampOf;
  readonly #spend;
  readonly #eraser: LogEraser;
  readonly #truths: (account: Bytes) => readonly string[];
  #open = true;

  constructor(database: Database, eraser: LogEraser, truths: (account: Bytes) => readonly string[]) {
    this.#database = database;
    this.#eraser = eraser;
    this.#truths = truths;
    this.#commits = new GroupCommit(database);
    this.#insert = database.prepare(
      'INSERT INTO mail (account, device, class, id, received_at, size, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#read = prepareReading(
      database,
      'SELECT position, id, envelope FROM mail WHERE account = ? AND device = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#sizes = database.prepare(
      'SELECT size FROM mail WHERE account = ? AND device = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#newest = database.prepare(
      'SELECT max(position) AS newest FROM mail WHERE account = ? AND device = ?',
    );
    this.#following = database.prepare(
      'SELECT account, device FROM mail WHERE (account, device) > (?, ?) ORDER BY account, device LIMIT 1',
    );
    this.#remove = database.prepare(
      'DELETE FROM mail WHERE account = ? AND device = ? AND id = ? RETURNING class, size',
    );
    this.#sumOfQueue = database.prepare(
      'SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM mail WHERE account = ? AND device = ? AND class = ?',
    );
    // No column but what is asked: a statement keeps its last row.
    this.#stampOf = database.prepare('SELECT use = ? AS same FROM stamp WHERE name = ?');
    this.#spend = database.prepare('INSERT INTO stamp (name, use, until) VALUES (?, ?, ?)');
    this.#totals = new QueueTotals((queue, mailClass) => this.#sum(queue, mailClass));
    // A process that was killed has left its log behind, with mail in it that had been acknowledged.
    this.#eraser.now();
  }

  append(entries: readonly MailEntry[], premises: readonly Premise[] = []): Promise<AppendOutcome> {
    return this.#append({ entries, premises }) as Promise<AppendOutcome>;
  }

  appendPaid(
    entries: readonly MailEntry[],
    premises: readonly Premise[],
    stamp: Stamp,
  ): Promise<PaidOutcome> {
    return this.#append({ entries, premises, stamp }) as Promise<PaidOutcome>;
  }

  async exchange(
    mail: MailName,
    entries: readonly MailEntry[],
    premises: readonly Premise[] = [],
  ): Promise<ExchangeOutcome> {
    const exchanged = await this.#append({ entries, premises, mail });
    this.#eraser.soon();
    return exchanged as ExchangeOutcome;
  }

  async #append(call: Append): Promise<Outcome> {
    const { entries, stamp, mail } = call;
    if (entries.some(({ id, envelope }) => id.length !== MAIL_ID_BYTES || envelope.length === 0)) {
      throw new DatabaseError('refused', 'an entry needs an ID and an envelope');
    }
    const bytes = entries.reduce((sum, { envelope }) => sum + envelope.length, 0);
    try {
      const oneStatement = entries.length === 1 && stamp === undefined && mail === undefined;
      const positions = await this.#commits.write(() => this.#insertAll(call), { bytes, oneStatement });
      for (const [index, entry] of entries.entries()) this.#fresh.add(entry, positions[index] as number);
      return { outcome: 'stored' };
    } catch (error) {
      this.#forget([...entries, ...(mail === undefined ? [] : [mail])].map(({ queue }) => queue));
      if (error instanceof Undone) return { outcome: error.outcome };
      throw asDatabaseError(error);
    }
  }

  /** Their positions. */
  #insertAll({ entries, premises, stamp, mail }: Append): readonly number[] {
    if (stamp !== undefined) this.#pay(stamp);
    if (!premises.every(({ account, text }) => this.#truths(account).includes(text))) {
      throw new Undone('outdated');
    }
    if (mail !== undefined && !this.#removeOne(mail.queue, mail.id)) throw new Undone('gone');
    return entries.map(({ queue, class: mailClass, id, receivedAt, envelope }) => {
      const total = this.#totals.of(queue, mailClass);
      const quota = QUOTA[mailClass];
      if (total.count + 1 > quota.count || total.bytes + envelope.length > quota.bytes) {
        throw new Undone('full');
      }
      const { account, device } = queue;
      const row = [account, device, CLASS_NUMBER[mailClass], id, receivedAt, envelope.length, envelope];
      const { lastInsertRowid } = this.#insert.run(row);
      this.#totals.add(queue, mailClass, envelope.length);
      return Number(lastInsertRowid);
    });
  }

  #pay({ name, use, until }: Stamp): void {
    const spent = this.#stampOf.get([use, name]);
    if (spent !== undefined) throw new Undone(spent['same'] === 1 ? 'repeated' : 'spent');
    this.#spend.run([name, use, until]);
  }

  async read(queue: QueueName, after: number, limit: number): Promise<readonly StoredMail[]> {
    return this.#guard(() => this.#fresh.take(queue, after, limit) ?? this.#readRows(queue, after, limit));
  }

  /** Sizes first: SQLite would otherwise read rows whose bytes are then thrown away. */
  #readRows({ account, device }: QueueName, after: number, limit: number): readonly StoredMail[] {
    const sizes = this.#sizes.all([account, device, after, limit]).map((row) => Number(row['size']));
    const count = countWithin(sizes, READ_BYTES);
    if (count === 0) return [];
    return this.#read.all([account, device, after, count]).map((row) => ({
      position: Number(row['position']),
      id: bytesOf(row['id']),
      envelope: bytesOf(row['envelope']),
    }));
  }

  async newest(queue: QueueName): Promise<number> {
    return this.#guard(() => this.#newestIn(queue));
  }

  async newestOf(queues: readonly QueueName[]): Promise<readonly number[]> {
    return this.#guard(() => queues.map((queue) => this.#newestIn(queue)));
  }

  #newestIn({ account, device }: QueueName): number {
    return Number(this.#newest.get([account, device])?.['newest'] ?? 0);
  }

  async queues(after = BEFORE_ALL, limit: number): Promise<readonly QueueEnd[]> {
    return this.#guard(() => {
      const found: QueueEnd[] = [];
      for (let queue = after; found.length < limit; ) {
        // One at a time: together SQLite would look at all mail of each.
        const row = this.#following.get([queue.account, queue.device]);
        if (row === undefined) break;
        queue = { account: bytesOf(row['account']).slice(), device: Number(row['device']) };
        found.push({ queue, end: this.#newestIn(queue) });
      }
      return found;
    });
  }

  async remove(queue: QueueName, ids: readonly Bytes[]): Promise<void> {
    try {
      const work = (): void => {
        for (const id of ids) this.#removeOne(queue, id);
      };
      await this.#commits.write(work, { oneStatement: ids.length === 1 });
      this.#eraser.soon();
    } catch (error) {
      this.#forget([queue]);
      throw asDatabaseError(error);
    }
  }

  /** Whether it was there. */
  #removeOne(queue: QueueName, id: Bytes): boolean {
    this.#fresh.remove(queue, id);
    const row = this.#remove.get([queue.account, queue.device, id]);
    if (row === undefined) return false;
    this.#totals.subtract(queue, classOf(row['class']), Number(row['size']));
    return true;
  }

  async clear(account: Bytes, device?: number, upTo?: number): Promise<void> {
    const end =
      upTo ??
      (await this.#write(() =>
        Number(this.#database.prepare('SELECT max(position) AS end FROM mail').get()?.['end'] ?? 0),
      ));
    if (device === undefined) await this.#removeWhere('position <= ? AND account = ?', [end, account]);
    else await this.#removeWhere('position <= ? AND account = ? AND device = ?', [end, account, device]);
    this.#fresh.forgetAccount(account);
  }

  async expire(now: number): Promise<number> {
    await this.#forgetStamps(now);
    return this.#removeWhere('received_at < ?', [now - MAIL_RETENTION]);
  }

  async #forgetStamps(now: number): Promise<void> {
    const sql = `DELETE FROM stamp WHERE name IN (SELECT name FROM stamp WHERE until < ? LIMIT ${REMOVE_BATCH})`;
    for (let changes = REMOVE_BATCH; changes === REMOVE_BATCH; ) {
      changes = (await this.#write(() => this.#database.prepare(sql).run([now]))).changes;
      if (changes > 0) this.#eraser.soon();
    }
  }

  /** A month of mail in one transaction would hold up everybody else. */
  async #removeWhere(condition: string, values: readonly (number | Bytes)[]): Promise<number> {
    const sql = `DELETE FROM mail WHERE position IN (SELECT position FROM mail WHERE ${condition} LIMIT ${REMOVE_BATCH})`;
    for (let removed = 0; ; ) {
      const { changes } = await this.#write(() => {
        this.#totals.clear();
        this.#fresh.clear();
        return this.#database.prepare(sql).run(values);
      });
      if (changes > 0) this.#eraser.soon();
      removed += changes;
      if (changes < REMOVE_BATCH) return removed;
    }
  }

  async use(queue: QueueName, mailClass: MailClass): Promise<QueueUse> {
    return this.#guard(() => ({ ...this.#totals.of(queue, mailClass) }));
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#commits.close();
    this.#fresh.clear();
    this.#eraser.now();
    this.#eraser.stop();
    this.#open = false;
    this.#database.close();
  }

  async #write<Result>(work: () => Result): Promise<Result> {
    try {
      return await this.#commits.write(work);
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  #guard<Result>(reading: () => Result): Result {
    if (!this.#open) throw new DatabaseError('closed', 'the mailbox is closed');
    try {
      return reading();
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  #sum(queue: QueueName, mailClass: MailClass): QueueUse {
    const row = this.#sumOfQueue.get([queue.account, queue.device, CLASS_NUMBER[mailClass]]);
    return { count: Number(row?.['count']), bytes: Number(row?.['bytes']) };
  }

  /** After a failed or undone transaction the rows are right and what memory says of them may not be. */
  #forget(queues: readonly QueueName[]): void {
    for (const queue of queues) {
      this.#totals.forget(queue);
      this.#fresh.forget(queue);
    }
  }
}

/** How many of these fit together, the first of them in any case. */
function countWithin(sizes: readonly number[], bytes: number): number {
  let sum = 0;
  const end = sizes.findIndex((size, index) => {
    sum += size;
    return index > 0 && sum > bytes;
  });
  return end < 0 ? sizes.length : end;
}

function bytesOf(value: unknown): Bytes {
  return asBytes(value as Uint8Array);
}
