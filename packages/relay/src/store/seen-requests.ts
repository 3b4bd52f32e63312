import type { Bytes } from '@sotto/bytes';
import { row, type Store, type Work } from '@sotto/database';
import { forgetAll, forgetSome } from './forget-some.ts';

/**
 * Requests that are remembered at a time: some 50 MB, and 790 a second for as long as one is remembered.
 * Beyond it new ones are turned away rather than old ones forgotten, which would let them be sent again.
 */
const MAX_SEEN_REQUESTS = 1_000_000;

/** Requests through the onion network that have been acted upon. A row names nobody. */
export class SeenRequests {
  readonly #store: Pick<Store, 'write' | 'read'>;
  readonly #most: number;
  /** About, since the last time they were counted; several processes may be adding to them. */
  #requests = 0;

  constructor(store: Pick<Store, 'write' | 'read'>, most = MAX_SEEN_REQUESTS) {
    this.#store = store;
    this.#most = most;
  }

  /** Remember a request until `expiresAt`; `full` when too many are remembered already. */
  async see(tag: Bytes, expiresAt: number): Promise<'first' | 'seen' | 'full'> {
    if (this.#requests >= this.#most) return 'full';
    if (!(await this.#store.write(() => remember(tag, expiresAt)))) return 'seen';
    // After the commit: the steps before may have been taken more than once.
    this.#requests += 1;
    return 'first';
  }

  /** Called from time to time, never by who has a request to answer: a million of them take a while. */
  async forget(now: number): Promise<void> {
    const over = { table: 'seen_request', key: 'tag', where: 'expires_at < ?' };
    await forgetAll(this.#store, () => forgetSome(over, [now]));
    const counted = await this.#store.read(() => row('SELECT COUNT(*) AS requests FROM seen_request'));
    this.#requests = Number(counted?.['requests'] ?? 0);
  }
}

/** False when it was there before. */
function* remember(tag: Bytes, expiresAt: number): Work<boolean> {
  const first = yield* row(
    'INSERT INTO seen_request (tag, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS one',
    [tag, expiresAt],
  );
  return first !== undefined;
}
