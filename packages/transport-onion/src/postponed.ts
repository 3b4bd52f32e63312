import type { Clock } from '@sotto/client';
import {
  LONGEST_READ_AGAIN,
  MAX_POSTPONED,
  MAX_POSTPONED_BYTES,
  MAX_REMEMBERED,
  REDELIVER_AFTER,
} from './limits.ts';

/**
 * Messages of one mailbox that could not be opened. So many are kept to be tried again; of the others only
 * the hash is, and their bytes are had again by reading the box from its beginning.
 */
export class Postponed {
  readonly #clock: Pick<Clock, 'now'>;
  /** Bytes of each that is kept. */
  readonly #kept = new Map<string, number>();
  readonly #letGo = new Set<string>();
  #bytes = 0;
  #pause = REDELIVER_AFTER;
  /** When one was first let go since the box was last read. */
  #letGoAt: number | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** It failed. True: keep it and try it again; false: there is no room for it, and it is let go. */
  keep(hash: string, bytes: number): boolean {
    if (this.#kept.has(hash)) return true;
    if (this.#kept.size < MAX_POSTPONED && this.#bytes + bytes <= MAX_POSTPONED_BYTES) {
      this.#kept.set(hash, bytes);
      this.#bytes += bytes;
      return true;
    }
    this.#letGo.add(hash);
    const [oldest] = this.#letGo;
    if (this.#letGo.size > MAX_REMEMBERED && oldest !== undefined) this.#letGo.delete(oldest);
    this.#letGoAt ??= this.#clock.now();
    return false;
  }

  /** It was committed. When it had failed before, others may now go through as well. */
  committed(hash: string): void {
    const bytes = this.#kept.get(hash);
    if (bytes === undefined) return;
    this.#kept.delete(hash);
    this.#bytes -= bytes;
    this.#pause = REDELIVER_AFTER;
  }

  isLetGo(hash: string): boolean {
    return this.#letGo.has(hash);
  }

  get someLetGo(): boolean {
    return this.#letGo.size > 0;
  }

  /**
   * True when it is time to read the box from its beginning, and then none counts as let go any more:
   * reading it finds them all. Each time that nothing came of it, the next is twice as far.
   */
  readAgain(): boolean {
    // Either way, so that a clock that went back makes nobody wait for longer.
    if (this.#letGoAt === undefined || Math.abs(this.#clock.now() - this.#letGoAt) < this.#pause)
      return false;
    this.#letGo.clear();
    this.#letGoAt = undefined;
    this.#pause = Math.min(this.#pause * 2, LONGEST_READ_AGAIN);
    return true;
  }
}
