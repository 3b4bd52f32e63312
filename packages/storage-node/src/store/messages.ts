import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import { namespaceRules, type RequestAuth } from '@sotto/protocol';
import { BOX_QUOTA, MAX_LEAD, MESSAGE_OVERHEAD } from '../constants.ts';
import type { KnownOwners } from './known-owners.ts';
import type { BoxRow, KeptMessage, MessageRows, MessageState } from './message-rows.ts';
import type { Operations } from './operations.ts';
import { poolOf, type Room } from './room.ts';
import { lifeOf, type Touch } from './touch.ts';

/** A mailbox's namespace. */
export interface BoxName {
  /** 33 bytes. */
  readonly mailbox: Bytes;
  readonly namespace: number;
}

export interface NewMessage extends BoxName {
  /** 43 characters. */
  readonly hash: string;
  readonly data: Bytes;
  /** Milliseconds, all three. */
  readonly timestamp: number;
  readonly expiry: number;
  /** When its owner signed it; 0 where anyone stores. */
  readonly signedAt: number;
  /** An outbox holds one message, which a newer one replaces. */
  readonly outbox: boolean;
  /** What proves that the owner let it be stored; nothing where anyone stores. */
  readonly evidence?: RequestAuth;
  /** The time that another member gave the store; this one gives its own when there is none. */
  readonly at?: number;
}

/** A message as one member tells another of it. */
export interface SyncedMessage extends BoxName {
  readonly hash: string;
  readonly data: Bytes;
  readonly timestamp: number;
  readonly baseExpiry: number;
  readonly storedAt: number;
  readonly signedAt: number;
  readonly evidence?: RequestAuth;
}

export type PutOutcome =
  | { readonly outcome: 'stored' | 'already'; readonly expiry: number }
  /** The owner has signed a newer one already. */
  | { readonly outcome: 'outdated' }
  /** Its owner has had it deleted, or ended its life, after it was stored; `since` is the last time of that. */
  | { readonly outcome: 'deleted'; readonly since: number }
  | { readonly outcome: 'box-full' | 'database-full' };

export type ApplyMessageOutcome =
  | 'stored'
  /** It was here, and was stored once more elsewhere. */
  | 'updated'
  | 'known'
  | 'deleted'
  | 'outdated'
  | 'over'
  /** Its time lies ahead; it may be good then. */
  | 'too-new'
  | 'box-full'
  | 'database-full';

export interface StoredMessage {
  readonly hash: string;
  readonly timestamp: number;
  readonly expiry: number;
  readonly data: Bytes;
}

export interface ReadRequest extends BoxName {
  /** Only what lies behind it; unknown, everything. */
  readonly lastHash?: string;
  readonly maxCount?: number;
  /** Bytes of hashes, base64 texts and overhead; the first message is given however large it is. */
  readonly maxSize: number;
}

/** Rows of one query: 64 of the largest messages are 5 MB. */
const PAGE = 64;

export interface MessagesParts {
  readonly rows: MessageRows;
  readonly operations: Operations;
  readonly room: Room;
  readonly owners: KnownOwners;
}

/** What the swarm keeps. Reads see the last commit; methods that write run inside the store's `write`. */
export class Messages {
  readonly #rows: MessageRows;
  readonly #operations: Operations;
  readonly #room: Room;
  readonly #owners: KnownOwners;
  readonly #page;
  readonly #data;
  readonly #around;

  constructor(database: Database, { rows, operations, room, owners }: MessagesParts) {
    this.#rows = rows;
    this.#operations = operations;
    this.#room = room;
    this.#owners = owners;
    this.#page = prepareReading(
      database,
      `SELECT position, hash, timestamp, expiry, data FROM message
       WHERE box = ? AND position > ? AND expiry > ? ORDER BY position LIMIT ?`,
    );
    this.#data = prepareReading(
      database,
      'SELECT data FROM message JOIN box ON box.id = message.box WHERE hash = ? AND pubkey = ? AND expiry > ? LIMIT 1',
    );
    this.#around = prepareReading(
      database,
      `SELECT hash, pubkey FROM message JOIN box ON box.id = message.box
       WHERE position >= (SELECT min(position) + CAST(? * (max(position) - min(position) + 1) AS INTEGER) FROM message)
         AND timestamp <= ? AND expiry > ? ORDER BY position LIMIT 1`,
    );
  }

  /**
   * The time for a store that a client asks for now: later than all that its owner has asked for of the same bytes, so
   * that storing them anew is honoured. Other members are told it, and order the store by it.
   */
  timeFor({ mailbox, hash }: Pick<NewMessage, 'mailbox' | 'hash'>, now: number): number {
    return this.#operations.touching(mailbox, hash).reduce((time, { at }) => Math.max(time, at + 1), now);
  }

  /** Inside `write`. The same bytes in the same box are one message and keep the later expiry. */
  put(message: NewMessage, now: number): PutOutcome {
    const { mailbox, namespace, hash, timestamp, signedAt, evidence } = message;
    const touches = this.#operations.touching(mailbox, hash);
    const since = touches.reduce((time, { at }) => Math.max(time, at), 0);
    const storedAt = message.at ?? Math.max(since + 1, now);
    const box = this.#rows.box(mailbox, namespace);
    const there = box === undefined ? undefined : this.#rows.findIn(box.id, hash);
    if (there !== undefined && there.expiry > now) {
      const state = again(there, { ...message, storedAt });
      const { expiry } = lifeOf(state, touches);
      // The signature goes with its time.
      if (signedAt < there.signedAt) this.#rows.move(there, { ...state, expiry });
      else this.#rows.update(there, { ...state, expiry });
      return { outcome: 'already', expiry };
    }
    const state = {
      mailbox,
      namespace,
      hash,
      timestamp,
      storedAt,
      baseExpiry: message.expiry,
      signedAt,
      evidence,
    };
    const { deleted, expiry } = lifeOf(state, touches);
    if (deleted || expiry <= now) return { outcome: 'deleted', since };
    // Over, and only not yet swept: to everybody it is new.
    if (there !== undefined) this.#rows.remove(there);
    const outcome = this.#insert({ ...state, expiry }, message, now);
    return outcome === 'stored' ? { outcome, expiry } : { outcome };
  }

  /**
   * Inside `write`. Take over what another member keeps, after it was judged. Of two ways in which a message is kept
   * every member takes the same one, so that all come to agree.
   */
  apply(message: SyncedMessage, now: number): ApplyMessageOutcome {
    const { mailbox, namespace, hash, storedAt } = message;
    if (storedAt > now + MAX_LEAD) return 'too-new';
    const touches = this.#operations.touching(mailbox, hash);
    const box = this.#rows.box(mailbox, namespace);
    const there = box === undefined ? undefined : this.#rows.findIn(box.id, hash);
    if (there !== undefined && there.expiry > now) return this.#join(there, message, touches);
    const { deleted, expiry } = lifeOf(message, touches);
    if (deleted) return 'deleted';
    if (expiry <= now) return 'over';
    const state = { ...message, evidence: message.evidence, expiry };
    if (there !== undefined) this.#rows.remove(there);
    return this.#insert(state, { data: message.data, outbox: namespaceRules(namespace).outbox }, now);
  }

  /**
   * A message that is kept here and was stored once more elsewhere. As if that had been asked here: it gets the later
   * time and lives for the longer of what it has left and what was asked, so that nobody can end a life by dating it anew.
   */
  #join(there: KeptMessage, message: SyncedMessage, touches: readonly Touch[]): 'updated' | 'known' {
    if (compare(message, there) <= 0) return 'known';
    const isLater = message.storedAt > there.storedAt;
    const state = {
      ...message,
      evidence: message.evidence,
      baseExpiry: Math.max(message.baseExpiry, isLater ? there.expiry : there.baseExpiry),
      timestamp: Math.max(message.timestamp, there.timestamp),
      signedAt: Math.max(message.signedAt, there.signedAt),
    };
    const { expiry } = lifeOf(state, touches);
    if (message.signedAt < there.signedAt) this.#rows.move(there, { ...state, expiry });
    else this.#rows.update(there, { ...state, expiry });
    return 'updated';
  }

  #insert(
    state: MessageState,
    { data, outbox }: Pick<NewMessage, 'data' | 'outbox'>,
    now: number,
  ): 'stored' | 'outdated' | 'box-full' | 'database-full' {
    const { mailbox, namespace } = state;
    if (!this.#hasRoom(mailbox, namespace, now)) return 'database-full';
    let box = this.#rows.box(mailbox, namespace);
    if (outbox && box !== undefined) {
      if (!this.#clearOutbox(box, state, now)) return 'outdated';
      box = this.#rows.box(mailbox, namespace);
    }
    if (box !== undefined && isFull(box, data)) return 'box-full';
    const { id } = box ?? this.#rows.addBox(mailbox, namespace);
    this.#rows.insert(id, state, data);
    this.#room.added(namespace, data.length);
    return 'stored';
  }

  /** What is refused is refused before anything that is kept goes; only strangers' mail makes room, and for none of theirs. */
  #hasRoom(mailbox: Bytes, namespace: number, now: number): boolean {
    if (poolOf(namespace) === 'own' && this.#room.fullness('own') >= 1) return false;
    if (this.#room.isLeft) return true;
    // What goes makes no room on a disk: the log of it needs some first.
    if (this.#room.isDiskFull || !this.#owners.isKnown(mailbox, now)) return false;
    while (this.#room.evictStrangers(now)) if (this.#room.isLeft) return true;
    return false;
  }

  /**
   * False, and nothing changed, when what is there was signed later or at the same time. The signature of a
   * store covers no data: whoever has seen one could replace what it came with, if equal times did not keep it.
   */
  #clearOutbox({ id }: BoxRow, { signedAt }: MessageState, now: number): boolean {
    const rows = this.#rows.inBox(id);
    if (rows.some((row) => row.expiry > now && row.signedAt >= signedAt)) return false;
    for (const row of rows) this.#rows.remove(row);
    return true;
  }

  read(
    request: ReadRequest,
    now: number,
  ): { readonly messages: readonly StoredMessage[]; readonly more: boolean; readonly size: number } {
    const { mailbox, namespace, lastHash, maxCount = Number.POSITIVE_INFINITY, maxSize } = request;
    const box = this.#rows.box(mailbox, namespace);
    if (box === undefined) return { messages: [], more: false, size: 0 };
    let position = lastHash === undefined ? 0 : this.#positionIn(box.id, lastHash, now);
    const messages: StoredMessage[] = [];
    let size = 0;
    for (;;) {
      // One more than may be given tells whether there is more.
      const limit = Math.min(PAGE, maxCount - messages.length + 1);
      const rows = this.#page.all([box.id, position, now, limit]);
      for (const row of rows) {
        const data = asBytes(row['data'] as Uint8Array);
        const hash = String(row['hash']);
        const cost = MESSAGE_OVERHEAD + hash.length + Math.ceil((data.length * 4) / 3);
        const full = messages.length >= maxCount || (messages.length > 0 && size + cost > maxSize);
        if (full) return { messages, more: true, size };
        size += cost;
        messages.push({ hash, timestamp: Number(row['timestamp']), expiry: Number(row['expiry']), data });
        position = Number(row['position']);
      }
      if (rows.length < limit) return { messages, more: false, size };
    }
  }

  /** A hash that is over, of another box or unknown means: from the start. */
  #positionIn(box: number, hash: string, now: number): number {
    const row = this.#rows.findIn(box, hash);
    return row !== undefined && row.expiry > now ? row.position : 0;
  }

  has({ mailbox, namespace, hash }: BoxName & { readonly hash: string }, now: number): boolean {
    const box = this.#rows.box(mailbox, namespace);
    return box !== undefined && (this.#rows.findIn(box.id, hash)?.expiry ?? 0) > now;
  }

  /** What lies in a box, also what is over and not swept yet. */
  sizeOf({ mailbox, namespace }: BoxName): { readonly messages: number; readonly bytes: number } {
    return this.#rows.box(mailbox, namespace) ?? { messages: 0, bytes: 0 };
  }

  expiries(mailbox: Bytes, hashes: readonly string[], now: number): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const hash of hashes) {
      const expiry = Math.max(0, ...this.#rows.find(mailbox, hash).map((row) => row.expiry));
      if (expiry > now) found.set(hash, expiry);
    }
    return found;
  }

  /** The bytes of one message of a mailbox, whatever its namespace. */
  find(mailbox: Bytes, hash: string, now: number): Bytes | undefined {
    const row = this.#data.get([hash, mailbox, now]);
    return row === undefined ? undefined : asBytes(row['data'] as Uint8Array);
  }

  /** Some message from before a time, by a number from 0 up to 1; `undefined` when there is none from there on. */
  sample(
    at: number,
    { now, before }: { readonly now: number; readonly before: number },
  ): { readonly mailbox: Bytes; readonly hash: string } | undefined {
    const row = this.#around.get([at, before, now]);
    if (row === undefined) return undefined;
    return { mailbox: asBytes(row['pubkey'] as Uint8Array), hash: String(row['hash']) };
  }

  /** Inside `write`. At most `SWEEP_ROWS` go; fewer means that nothing expired is left. */
  sweep(now: number): number {
    return this.#rows.sweep(now);
  }
}

function isFull({ messages, bytes }: BoxRow, data: Bytes): boolean {
  return messages >= BOX_QUOTA.messages || bytes + data.length > BOX_QUOTA.bytes;
}

/** A kept message after one more store of the same bytes: what it is dated stays, and it lives for the longer time. */
function again(
  there: KeptMessage,
  message: NewMessage & { readonly storedAt: number },
): Omit<MessageState, 'expiry'> {
  const { mailbox, namespace, hash, signedAt, evidence } = message;
  return {
    ...{ mailbox, namespace, hash, evidence },
    timestamp: there.timestamp,
    storedAt: Math.max(there.storedAt, message.storedAt),
    baseExpiry: Math.max(there.expiry, message.expiry),
    signedAt: Math.max(there.signedAt, signedAt),
  };
}

/** Which of two ways to keep a message is the later one; 0 when they are the same. */
function compare(one: SyncedMessage, other: KeptMessage): number {
  return (
    one.storedAt - other.storedAt ||
    one.baseExpiry - other.baseExpiry ||
    one.timestamp - other.timestamp ||
    one.signedAt - other.signedAt
  );
}
