import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import { BOX_QUOTA, MESSAGE_OVERHEAD, SWEEP_ROWS } from '../constants.ts';

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
}

export type PutOutcome =
  | { readonly outcome: 'stored' | 'already'; readonly expiry: number }
  /** The owner has signed a newer one already. */
  | { readonly outcome: 'outdated' }
  | { readonly outcome: 'box-full' | 'database-full' };

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

type Row = NonNullable<ReturnType<ReturnType<Database['prepare']>['get']>>;

/** Rows of one query: 64 of the largest messages are 5 MB. */
const PAGE = 64;

/** What the swarm keeps. Reads see the last commit; methods that write run inside the store's `write`. */
export class Messages {
  readonly #box;
  readonly #addBox;
  readonly #find;
  readonly #findIn;
  readonly #insert;
  readonly #extend;
  readonly #remove;
  readonly #inOutbox;
  readonly #page;
  readonly #sweep;
  readonly #used;

  readonly #maxBytes: number;

  /** `maxBytes`: most that the database may hold; stores beyond are refused. */
  constructor(database: Database, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#box = database.prepare('SELECT id, messages, bytes FROM box WHERE pubkey = ? AND namespace = ?');
    this.#addBox = database.prepare('INSERT INTO box (pubkey, namespace) VALUES (?, ?) RETURNING id');
    // Joined with its box, because a hash counts only for the mailbox whose owner has signed.
    this.#find =
      database.prepare(`SELECT position, expiry, signed_at FROM message JOIN box ON box.id = message.box
       WHERE hash = ? AND pubkey = ?`);
    this.#findIn = database.prepare(
      'SELECT position, expiry, signed_at FROM message WHERE hash = ? AND box = ?',
    );
    // The driver binds no bytes as NULL, and a message may be empty.
    this.#insert = database.prepare(
      "INSERT INTO message (box, hash, timestamp, expiry, signed_at, data) VALUES (?, ?, ?, ?, ?, coalesce(?, x''))",
    );
    this.#extend = database.prepare('UPDATE message SET expiry = ?, signed_at = ? WHERE position = ?');
    this.#remove = database.prepare('DELETE FROM message WHERE position = ?');
    this.#inOutbox = database.prepare('SELECT position, expiry, signed_at FROM message WHERE box = ?');
    this.#page = prepareReading(
      database,
      `SELECT position, hash, timestamp, expiry, data FROM message
       WHERE box = ? AND position > ? AND expiry > ? ORDER BY position LIMIT ?`,
    );
    this.#sweep = database.prepare(
      `DELETE FROM message WHERE position IN (SELECT position FROM message WHERE expiry <= ? LIMIT ${SWEEP_ROWS})`,
    );
    this.#used = database.prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
  }

  /** Inside `write`. The same bytes in the same box are one message and keep the later expiry. */
  put(message: NewMessage, now: number): PutOutcome {
    const there = this.#inItsBox(message);
    if (there !== undefined) {
      const position = Number(there['position']);
      const expiry = Math.max(Number(there['expiry']), message.expiry);
      if (Number(there['expiry']) > now) {
        this.#extend.run([expiry, Math.max(Number(there['signed_at']), message.signedAt), position]);
        return { outcome: 'already', expiry };
      }
      // Over, and only not yet swept: to everybody it is new.
      this.#remove.run([position]);
    }
    if (Number(this.#used.get()?.['bytes']) > this.#maxBytes) return { outcome: 'database-full' };
    if (message.outbox && !this.#clearOutbox(message, now)) return { outcome: 'outdated' };
    const box = this.#box.get([message.mailbox, message.namespace]);
    if (
      Number(box?.['messages'] ?? 0) >= BOX_QUOTA.messages ||
      Number(box?.['bytes'] ?? 0) + message.data.length > BOX_QUOTA.bytes
    ) {
      return { outcome: 'box-full' };
    }
    const id = Number((box ?? this.#addBox.get([message.mailbox, message.namespace]))?.['id']);
    const { hash, timestamp, expiry, signedAt, data } = message;
    this.#insert.run([id, hash, timestamp, expiry, signedAt, data]);
    return { outcome: 'stored', expiry };
  }

  /** The message itself, when it is there already. */
  #inItsBox({ mailbox, namespace, hash }: NewMessage): Row | undefined {
    const box = this.#box.get([mailbox, namespace]);
    return box === undefined ? undefined : this.#findIn.get([hash, Number(box['id'])]);
  }

  /**
   * False, and nothing changed, when what is there was signed later or at the same time. The signature of a
   * store covers no data: whoever has seen one could replace what it came with, if equal times did not keep it.
   */
  #clearOutbox({ mailbox, namespace, signedAt }: NewMessage, now: number): boolean {
    const box = this.#box.get([mailbox, namespace]);
    const rows = box === undefined ? [] : this.#inOutbox.all([Number(box['id'])]);
    const newer = rows.some((row) => Number(row['expiry']) > now && Number(row['signed_at']) >= signedAt);
    if (newer) return false;
    for (const row of rows) this.#remove.run([Number(row['position'])]);
    return true;
  }

  read(
    request: ReadRequest,
    now: number,
  ): { readonly messages: readonly StoredMessage[]; readonly more: boolean; readonly size: number } {
    const { mailbox, namespace, lastHash, maxCount = Number.POSITIVE_INFINITY, maxSize } = request;
    const box = this.#box.get([mailbox, namespace]);
    if (box === undefined) return { messages: [], more: false, size: 0 };
    const id = Number(box['id']);
    let position = lastHash === undefined ? 0 : this.#positionIn(id, lastHash, now);
    const messages: StoredMessage[] = [];
    let size = 0;
    for (;;) {
      // One more than may be given tells whether there is more.
      const limit = Math.min(PAGE, maxCount - messages.length + 1);
      const rows = this.#page.all([id, position, now, limit]);
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
    const row = this.#findIn.get([hash, box]);
    return row !== undefined && Number(row['expiry']) > now ? Number(row['position']) : 0;
  }

  /** Inside `write`. The hashes that were there, in the order asked. */
  remove(mailbox: Bytes, hashes: readonly string[], now: number): readonly string[] {
    return hashes.filter((hash) => {
      const rows = this.#find.all([hash, mailbox]);
      for (const row of rows) this.#remove.run([Number(row['position'])]);
      return rows.some((row) => Number(row['expiry']) > now);
    });
  }

  expiries(mailbox: Bytes, hashes: readonly string[], now: number): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const hash of hashes) {
      const expiries = this.#find.all([hash, mailbox]).map((row) => Number(row['expiry']));
      const expiry = Math.max(0, ...expiries);
      if (expiry > now) found.set(hash, expiry);
    }
    return found;
  }

  /** Inside `write`. False when there is no such message or `allowed` says no to its expiry. */
  setExpiry(
    message: { readonly mailbox: Bytes; readonly hash: string; readonly expiry: number },
    allowed: (before: number) => boolean,
    now: number,
  ): boolean {
    const rows = this.#find.all([message.hash, message.mailbox]).filter((row) => {
      const before = Number(row['expiry']);
      return before > now && allowed(before);
    });
    for (const row of rows) {
      this.#extend.run([message.expiry, Number(row['signed_at']), Number(row['position'])]);
    }
    return rows.length > 0;
  }

  /** Inside `write`. At most `SWEEP_ROWS` go; fewer means that nothing expired is left. */
  sweep(now: number): number {
    return this.#sweep.run([now]).changes;
  }
}
