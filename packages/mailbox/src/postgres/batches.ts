import { DatabaseError } from '@sotto/database';

/** What waits beyond these is refused, so that a slow server does not become a full memory. */
const MOST_WAITING = 20_000;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

export interface BatchLimits {
  /** One transaction takes about so many items, and so many bytes: at least one call. */
  readonly items: number;
  readonly bytes: number;
}

/** Of one call. */
export interface Weight {
  readonly items: number;
  readonly bytes: number;
}

/** What has become of one call of a batch, without regard to the others. */
export type Outcome<Result> = { readonly value: Result } | { readonly error: unknown };

interface Waiting<Call, Result> {
  readonly call: Call;
  readonly weight: Weight;
  readonly resolve: (value: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts calls of many callers into one transaction: those of one turn of the event loop, and those that come while the
 * transaction before is on its way. One at a time, so that calls are carried out in their order.
 */
export class Batches<Call, Result> {
  readonly #limits: BatchLimits;
  readonly #carryOut: (calls: readonly Call[]) => Promise<readonly Outcome<Result>[]>;
  #waiting: Waiting<Call, Result>[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(
    limits: BatchLimits,
    carryOut: (calls: readonly Call[]) => Promise<readonly Outcome<Result>[]>,
  ) {
    this.#limits = limits;
    this.#carryOut = carryOut;
  }

  /** Rejects with DatabaseError: `overloaded`, or what has become of the transaction. */
  add(call: Call, weight: Weight): Promise<Result> {
    const isFull = this.#waitingBytes + weight.bytes > MOST_WAITING_BYTES;
    if (isFull || this.#waiting.length >= MOST_WAITING) {
      return Promise.reject(new DatabaseError('overloaded', 'too many writes are waiting'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, weight, resolve, reject });
      this.#waitingBytes += weight.bytes;
      this.#running ??= this.#run();
    });
  }

  /** Settles when everything that was added has. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // After the poll phase: every request that has already arrived joins.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#runOne(this.#next());
    this.#running = undefined;
  }

  async #runOne(batch: readonly Waiting<Call, Result>[]): Promise<void> {
    try {
      const outcomes = await this.#carryOut(batch.map(({ call }) => call));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined || 'error' in outcome) reject(outcome?.error);
        else resolve(outcome.value);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #next(): readonly Waiting<Call, Result>[] {
    let [count, items, bytes] = [0, 0, 0];
    for (const { weight } of this.#waiting) {
      items += weight.items;
      bytes += weight.bytes;
      if (count > 0 && (items > this.#limits.items || bytes > this.#limits.bytes)) break;
      count++;
    }
    const batch = this.#waiting.splice(0, count);
    for (const { weight } of batch) this.#waitingBytes -= weight.bytes;
    return batch;
  }
}
