import { asBytes, type Bytes } from '@sotto/bytes';
import type { Database } from '@sotto/database';
import { namespaceRules } from '@sotto/protocol';
import { EVICTED_AT_ONCE, KNOWN_OWNERS, MAX_DATABASE_BYTES, OWNERS_PART } from '../constants.ts';
import type { Changes } from './changes.ts';
import { dayOf } from './known-owners.ts';

/**
 * Mail is what others may write or read without an owner's signature, and what all writing to somebody begins with;
 * the rest is what owners keep for themselves.
 */
export type Pool = 'mail' | 'own';

export function poolOf(namespace: number): Pool {
  const { openStore, outbox } = namespaceRules(namespace);
  return openStore || outbox ? 'mail' : 'own';
}

const MAIL = '(namespace % 10 = 0 OR (namespace < 0 AND -namespace % 20 = 1))';

export interface RoomLimits {
  /** Of the whole database. */
  readonly maxBytes?: number;
  /** Whether its disk has room. */
  readonly mayGrow?: () => boolean;
}

/** How full the node is, and how room is made. Reads see the last commit. */
export class Room {
  readonly #changes: Changes;
  readonly #maxBytes: number;
  readonly #mayGrow: () => boolean;
  readonly #used;
  readonly #ownBytes;
  readonly #largestStranger;
  readonly #evict;
  /** As last counted, with what has come since. */
  #own: number;

  constructor(
    database: Database,
    changes: Changes,
    { maxBytes = MAX_DATABASE_BYTES, mayGrow = () => true }: RoomLimits = {},
  ) {
    this.#maxBytes = maxBytes;
    this.#mayGrow = mayGrow;
    this.#changes = changes;
    this.#used = database.prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
    this.#ownBytes = database.prepare(`SELECT total(bytes) AS bytes FROM box WHERE NOT ${MAIL}`);
    const known = `SELECT 1 FROM known_owner AS owner
      WHERE owner.pubkey = box.pubkey AND first_day < ? AND last_day >= ?`;
    this.#largestStranger = database.prepare(
      `SELECT id FROM box WHERE NOT EXISTS (${known}) ORDER BY bytes DESC LIMIT 1`,
    );
    this.#evict = database.prepare(
      `DELETE FROM message WHERE position IN
       (SELECT position FROM message WHERE box = ? ORDER BY position LIMIT ${EVICTED_AT_ONCE}) RETURNING sync_id`,
    );
    this.#own = this.#countOwn();
  }

  /** Of the database, without pages that are free. */
  get usedBytes(): number {
    return Number(this.#used.get()?.['bytes']);
  }

  get isDatabaseFull(): boolean {
    return this.usedBytes > this.#maxBytes;
  }

  get isDiskFull(): boolean {
    return !this.#mayGrow();
  }

  /** Whether there is room for anything new. What takes something away, or is about what is here, goes on without. */
  get isLeft(): boolean {
    return !this.isDiskFull && !this.isDatabaseFull;
  }

  /** How much of what there may be is there: 0 to 1, and more when it is over the brim. */
  fullness(pool: Pool): number {
    const all = this.usedBytes / this.#maxBytes;
    return pool === 'mail' ? all : Math.max(all, this.#own / (OWNERS_PART * this.#maxBytes));
  }

  /** Something was stored. */
  added(namespace: number, bytes: number): void {
    if (poolOf(namespace) === 'own') this.#own += bytes;
  }

  /** Look again, for what has gone since. */
  recount(): void {
    this.#own = this.#countOwn();
  }

  /**
   * Inside `write`. Remove the oldest messages of the largest box of which no owner is known here: whoever fills a node
   * makes room first. False when there is none.
   */
  evictStrangers(now: number): boolean {
    const today = dayOf(now);
    const box = this.#largestStranger.get([today, today - KNOWN_OWNERS.days]);
    if (box === undefined) return false;
    const evicted = this.#evict.all([Number(box['id'])]);
    for (const row of evicted) this.#changes.tell(asBytes(row['sync_id'] as Uint8Array) as Bytes);
    return evicted.length > 0;
  }

  #countOwn(): number {
    return Number(this.#ownBytes.get()?.['bytes']);
  }
}
