import type { Bytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';

/**
 * Requests that are remembered at a time: some 50 MB, and 790 a second for as long as one is remembered.
 * Beyond it new ones are turned away rather than old ones forgotten, which would let them be sent again.
 */
const MAX_SEEN_REQUESTS = 1_000_000;

/** Looking through all of them takes a moment, and is not done more often. Milliseconds. */
const COUNT_PAUSE = 60_000;

/** Requests through the onion network that have been acted upon. A row names nobody. */
export class SeenRequests {
  readonly #most: number;
  /** About, since the last time they were counted; several processes may be adding to them. */
  #requests: number | undefined;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(most = MAX_SEEN_REQUESTS) {
    this.#most = most;
  }

  /** Remember a request from `now` until `expiresAt`; `full` when too many are remembered already. */
  *see(tag: Bytes, now: number, expiresAt: number): Work<'first' | 'seen' | 'full'> {
    const full = (): boolean => this.#requests === undefined || this.#requests >= this.#most;
    if (full() && (this.#requests === undefined || now - this.#countedAt >= COUNT_PAUSE)) {
      yield* this.forget(now);
    }
    if (full()) return 'full';
    const first = yield* row(
      'INSERT INTO seen_request (tag, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS one',
      [tag, expiresAt],
    );
    if (first === undefined) return 'seen';
    this.#requests = (this.#requests ?? 0) + 1;
    return 'first';
  }

  *forget(now: number): Work<void> {
    yield* run('DELETE FROM seen_request WHERE expires_at < ?', [now]);
    const counted = yield* row('SELECT COUNT(*) AS requests FROM seen_request');
    this.#requests = Number(counted?.['requests'] ?? 0);
    this.#countedAt = now;
  }
}
