import type { Bytes } from '@sotto/bytes';
import type { RandomBytes } from '@sotto/client';
import type { NetworkTime } from './network-time.ts';
import { writeLetter } from './request-letter.ts';

/** Puts work to letters, one at a time, so that many strangers do not take the whole machine. */
export class LetterWriter {
  readonly #time: NetworkTime;
  readonly #random: RandomBytes;
  readonly #abort = new AbortController();
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
    try {
      const now = () => this.#time.now();
      return await writeLetter({ to, sealed }, { now, random: this.#random, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}
