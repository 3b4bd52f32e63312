import type { Bytes } from '@sotto/bytes';
import type { MAIL_CLASSES } from './constants.ts';

/** The queue of one device. */
export interface QueueName {
  /** ACI, 16 bytes. */
  readonly account: Bytes;
  /** 1..127 */
  readonly device: number;
}

/**
 * Who is writing. Contacts know the account's access key; anybody else pays work for a place among
 * the requests, which have a quota of their own, so that strangers cannot crowd out friends. Stories, for which
 * nobody shows anything, crowd out neither.
 */
export type MailClass = (typeof MAIL_CLASSES)[number];

/** One envelope on its way into a queue. */
export interface MailEntry {
  readonly queue: QueueName;
  readonly class: MailClass;
  /** 16 bytes, unique in its queue; what an acknowledgement names. */
  readonly id: Bytes;
  /** Milliseconds; the entry expires `MAIL_RETENTION` later. */
  readonly receivedAt: number;
  /** Never empty: the driver would bind an empty byte string as NULL. */
  readonly envelope: Bytes;
}

/**
 * One envelope in its queue. `position` grows with every append to this queue and is never used twice; between two of them
 * may lie any number that is nobody's.
 */
export interface StoredMail {
  readonly position: number;
  readonly id: Bytes;
  readonly envelope: Bytes;
}

/** A queue, and a position that is not before any mail that lay in it when it was asked for. */
export interface QueueEnd {
  readonly queue: QueueName;
  readonly end: number;
}

/**
 * What an append counts on, and somebody else may be changing: that `text` is true of an account. Whoever opens the mailbox
 * says how that is found out.
 */
export interface Premise {
  readonly account: Bytes;
  /** Equal when the same is meant; names the account. */
  readonly text: string;
}

/** What pays for an append, and works once. */
export interface Stamp {
  /** 32 bytes, by which it is known again. */
  readonly name: Bytes;
  /** What it pays for, 32 bytes: equal when the same call is made again. */
  readonly use: Bytes;
  /** Milliseconds. Then it may be forgotten, for nobody takes it any more. */
  readonly until: number;
}

/** One mail, wherever it lies. */
export interface MailName {
  readonly queue: QueueName;
  readonly id: Bytes;
}

export type AppendOutcome =
  /** On disk: the commit was synced before this was said. */
  | { readonly outcome: 'stored' }
  /** A premise was not true any more at the commit; none of the entries was stored. */
  | { readonly outcome: 'outdated' }
  /** One of the queues has no room for its entry; none of the entries was stored. */
  | { readonly outcome: 'full' };

/** What is not stored has spent nothing. */
export type PaidOutcome =
  | AppendOutcome
  /** The stamp has paid for this very call before, and what it brought was stored then. */
  | { readonly outcome: 'repeated' }
  /** The stamp has paid for another call; none of the entries was stored. */
  | { readonly outcome: 'spent' };

/** What is not stored has removed nothing. */
export type ExchangeOutcome =
  | AppendOutcome
  /** The mail is not there, so whatever takes its place is there, or is owed to nobody. */
  | { readonly outcome: 'gone' };

export interface QueueUse {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Durable queues of ciphertext. Mail of one queue comes out in the order in which it went in.
 * Every promise that reports a change settles after the change is synced to disk. Rejections are
 * DatabaseError; a rejected change has not happened, unless its code is `unknown`. What is appended becomes visible in the
 * order of positions: a reader who goes on after the newest that they have seen misses none.
 */
export interface Mailbox {
  /** All entries or none; `refused` for a repeated ID or an empty envelope. Calls made in the same turn of the event loop share one sync. */
  append(entries: readonly MailEntry[], premises?: readonly Premise[]): Promise<AppendOutcome>;
  /** The same for what is paid for: the stamp is spent in the commit that stores the entries, of which there may be none. */
  appendPaid(entries: readonly MailEntry[], premises: readonly Premise[], stamp: Stamp): Promise<PaidOutcome>;
  /** Acknowledged mail for which something is owed: it is removed, as by `remove`, in the commit that stores the entries. */
  exchange(
    mail: MailName,
    entries: readonly MailEntry[],
    premises?: readonly Premise[],
  ): Promise<ExchangeOutcome>;
  /** Mail after a position, oldest first: at most `limit`, and no more than about 1 MiB unless one alone is larger. */
  read(queue: QueueName, after: number, limit: number): Promise<readonly StoredMail[]>;
  /** The position of the newest mail, 0 when there is none. */
  newest(queue: QueueName): Promise<number>;
  /** The same of many queues, in their order: for somebody who looks for mail that nobody told them of. */
  newestOf(queues: readonly QueueName[]): Promise<readonly number[]>;
  /**
   * Acknowledged mail. SQLite overwrites its bytes, and has them out of its log within `ERASE_WITHIN`; PostgreSQL does when it
   * vacuums, and keeps its log as long as whoever looks after it says.
   */
  remove(queue: QueueName, ids: readonly Bytes[]): Promise<void>;
  /** Every queue in which there is something, in an order of their own: at most `limit` that follow `after`. */
  queues(after: QueueName | undefined, limit: number): Promise<readonly QueueEnd[]>;
  /**
   * Empty one device's queue, or every queue of an account when `device` is absent, of what was in it
   * at the call, or of that up to a position. Large queues take several commits; after a rejection a part may be left.
   */
  clear(account: Bytes, device?: number, upTo?: number): Promise<void>;
  /** Remove what has outlived `MAIL_RETENTION`, in as many commits as it takes; how many that was. Stamps go at their end. */
  expire(now: number): Promise<number>;
  use(queue: QueueName, mailClass: MailClass): Promise<QueueUse>;
  close(): Promise<void>;
}
