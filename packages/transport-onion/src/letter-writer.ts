import { type Bytes, concatBytes, toHex } from '@sotto/bytes';
import type { RandomBytes } from '@sotto/client';
import { sha256 } from '@sotto/crypto';
import type { NetworkTime } from './network-time.ts';
import { writeLetter } from './request-letter.ts';

/** Letters that may have to be sent again, at most 80 KB each. */
const MAX_KEPT = 50;

/**
 * Puts work to letters, one at a time, so that many strangers do not take the whole machine. The same sealed
 * message makes the same letter, because members that have it already then keep no second one.
 */
export class LetterWriter {
  readonly #time: NetworkTime;
  readonly #random: RandomBytes;
  readonly #abort = new AbortController();
  /** Those written last. */
  readonly #kept = new Map<string, Bytes>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(time: NetworkTime, random: RandomBytes) {
    this.#time = time;
    this.#random = random;
  }

  /** `undefined` when the road closes first. */
  write(to: Bytes, sealed: Bytes): Promise<Bytes | undefined> {
    const mine = this.#last.then(() => this.#write(to, sealed));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  close(): void {
    this.#abort.abort();
  }

  async #write(to: Bytes, sealed: Bytes): Promise<Bytes | undefined> {
    const { signal } = this.#abort;
    if (signal.aborted) return undefined;
    const name = toHex(sha256(concatBytes(to, sealed)));
    const before = this.#kept.get(name);
    if (before) return before;
    try {
      const now = () => this.#time.now();
      const letter = await writeLetter({ to, sealed }, { now, random: this.#random, signal });
      this.#kept.set(name, letter);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
      return letter;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}
