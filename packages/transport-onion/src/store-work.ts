import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { solveWork } from '@sotto/crypto';
import { STORE_WORK } from '@sotto/protocol';
import type { Traveller } from './travel.ts';

export interface StoreWorkTerms {
  /** 33 bytes. */
  readonly mailbox: Bytes;
  /** Of the message, 43 characters. */
  readonly hash: string;
  readonly bits: number;
}

/** Does the work that members ask for, one store at a time, so that it takes one core at most. */
export class StoreWorker {
  readonly #traveller: Pick<Traveller, 'time' | 'random'>;
  readonly #abort = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(traveller: Pick<Traveller, 'time' | 'random'>) {
    this.#traveller = traveller;
  }

  /** `undefined` when it is closed first. */
  workFor(terms: StoreWorkTerms): Promise<string | undefined> {
    const mine = this.#last.then(() => this.#solve(terms));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  close(): void {
    this.#abort.abort();
  }

  async #solve({ mailbox, hash, bits }: StoreWorkTerms): Promise<string | undefined> {
    const { signal } = this.#abort;
    if (signal.aborted) return undefined;
    const { time, random } = this.#traveller;
    const target = concatBytes(mailbox, utf8(hash));
    try {
      return await solveWork({ purpose: STORE_WORK, target, bits, now: () => time.now(), random, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}
