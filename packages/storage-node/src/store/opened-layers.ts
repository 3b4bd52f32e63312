import type { Bytes } from '@sotto/bytes';
import type { Database } from '@sotto/mailbox';
import { REPLAY_MEMORY_MINUTES } from '@sotto/protocol';
import { MAX_REMEMBERED_LAYERS, SWEEP_ROWS } from '../constants.ts';

const MINUTE = 60_000;

export type RememberOutcome = 'new' | 'seen' | 'full';

/**
 * Onion layers that this node has opened, so that none is acted upon twice. On disk, because a node
 * that forgets at a restart would replay for whoever makes it restart. Methods that write run inside the
 * store's `write`.
 */
export class OpenedLayers {
  readonly #insert;
  readonly #sweep;
  readonly #total;
  /** May be a little too high after a failed commit, until a sweep counts again. */
  #count: number;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT OR IGNORE INTO opened_layer VALUES (?, ?)');
    this.#sweep = database.prepare(
      `DELETE FROM opened_layer WHERE tag IN
       (SELECT tag FROM opened_layer WHERE minute < ? LIMIT ${10 * SWEEP_ROWS})`,
    );
    this.#total = database.prepare('SELECT count(*) AS count FROM opened_layer');
    this.#count = this.#countRows();
  }

  /** Inside `write`. */
  remember(tag: Bytes, now: number): RememberOutcome {
    if (this.#count >= MAX_REMEMBERED_LAYERS) return 'full';
    if (this.#insert.run([tag, Math.floor(now / MINUTE)]).changes === 0) return 'seen';
    this.#count += 1;
    return 'new';
  }

  /** Inside `write`. Returns whether more is left to go. */
  sweep(now: number): boolean {
    const { changes } = this.#sweep.run([Math.floor(now / MINUTE) - REPLAY_MEMORY_MINUTES]);
    this.#count -= changes;
    if (changes === 10 * SWEEP_ROWS) return true;
    // Exact again; worth the scan only where it decides something.
    if (this.#count >= MAX_REMEMBERED_LAYERS) this.#count = this.#countRows();
    return false;
  }

  #countRows(): number {
    return Number(this.#total.get()?.['count']);
  }
}
