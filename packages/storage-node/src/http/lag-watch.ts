import { LAG } from '../constants.ts';

/**
 * Notices that this process cannot keep up: a timer that should run every few milliseconds runs late again and
 * again. It is this node's own work that it goes by, and not how long answers take: others could make those slow, and
 * so have a guard refuse everybody for the price of a few requests.
 */
export class LagWatch {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #due: number;
  /** Of the last ticks, how late each was, the oldest first. Milliseconds. */
  #late: readonly number[] = [];

  /** `now` in milliseconds, of a clock that does not jump. */
  constructor(now: () => number) {
    this.#now = now;
    this.#due = now() + LAG.tick;
    this.#timer = setInterval(() => this.tick(), LAG.tick).unref();
  }

  tick(): void {
    const now = this.#now();
    this.#late = [...this.#late.slice(1 - LAG.ticks), Math.max(0, now - this.#due)];
    this.#due = now + LAG.tick;
  }

  /** Not after a single late tick: a machine that slept is not busy. */
  get isBehind(): boolean {
    const late = this.#late.filter((milliseconds) => milliseconds >= LAG.late);
    return late.length > LAG.ticks / 2;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
