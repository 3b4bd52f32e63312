import type { Bytes } from '@sotto/bytes';
import type { Database } from '@sotto/database';
import { KNOWN_OWNERS, SWEEP_ROWS } from '../constants.ts';

const DAY = 86_400_000;

/**
 * Mailboxes whose owners have proved themselves here, by the first and the last day of it. Who first came on an earlier
 * day is no key that somebody has made to fill this node. Reads see the last commit; `note` and `sweep` run inside the
 * store's `write`.
 */
export class KnownOwners {
  readonly #find;
  readonly #count;
  readonly #add;
  readonly #move;
  readonly #sweep;

  constructor(database: Database) {
    this.#find = database.prepare('SELECT first_day, last_day FROM known_owner WHERE pubkey = ?');
    this.#count = database.prepare('SELECT count(*) AS owners FROM known_owner');
    this.#add = database.prepare('INSERT INTO known_owner (pubkey, first_day, last_day) VALUES (?, ?, ?)');
    this.#move = database.prepare('UPDATE known_owner SET last_day = ? WHERE pubkey = ?');
    this.#sweep = database.prepare(
      `DELETE FROM known_owner WHERE pubkey IN
       (SELECT pubkey FROM known_owner WHERE last_day < ? LIMIT ${SWEEP_ROWS})`,
    );
  }

  /** Whether its owner came here on an earlier day, and not too long ago. */
  isKnown(mailbox: Bytes, now: number): boolean {
    const row = this.#find.get([mailbox]);
    const today = dayOf(now);
    return (
      row !== undefined &&
      Number(row['first_day']) < today &&
      Number(row['last_day']) >= today - KNOWN_OWNERS.days
    );
  }

  /** Whether nothing is to be noted of it today. */
  isNoted(mailbox: Bytes, now: number): boolean {
    return Number(this.#find.get([mailbox])?.['last_day'] ?? 0) >= dayOf(now);
  }

  /** Its owner has come. Beyond the most that are remembered, new ones stay strangers. */
  note(mailbox: Bytes, now: number): void {
    const today = dayOf(now);
    const row = this.#find.get([mailbox]);
    if (row !== undefined) this.#move.run([Math.max(today, Number(row['last_day'])), mailbox]);
    else if (Number(this.#count.get()?.['owners']) < KNOWN_OWNERS.most)
      this.#add.run([mailbox, today, today]);
  }

  /** At most `SWEEP_ROWS` go; fewer means that none is left whose time is over. */
  sweep(now: number): number {
    return this.#sweep.run([dayOf(now) - KNOWN_OWNERS.days]).changes;
  }
}

/** Days since 1970, the finest that is kept. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY);
}
