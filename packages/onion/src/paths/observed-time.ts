import { LONGEST_STEP } from './limits.ts';

/**
 * How much time we have seen go by, in milliseconds. A clock that is set forward adds no more than a step, one
 * that is set back nothing, and neither does the sleep of a machine: what nobody watched proves nothing.
 */
export class ObservedTime {
  readonly #now: () => number;
  #last: number;
  #total = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#last = now();
  }

  /** Since this was made. Whoever wants all of it asks at least once in each step. */
  total(): number {
    const now = this.#now();
    this.#total += Math.min(Math.max(0, now - this.#last), LONGEST_STEP);
    this.#last = now;
    return this.#total;
  }
}
