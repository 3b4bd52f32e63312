import { MAX_IN_FLIGHT, MAX_QUEUED } from './limits.ts';

/** Lets so many requests run at one time, the others in the order they came, and none beyond the bound. */
export class Gate {
  readonly #waiting: ((open: boolean) => void)[] = [];
  #running = 0;
  #closed = false;

  /** `undefined`: too many wait already, or the gate was closed before its turn came. */
  async run<Result>(job: () => Promise<Result>): Promise<Result | undefined> {
    if (!(await this.#enter())) return undefined;
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next) next(true);
      else this.#running--;
    }
  }

  close(): void {
    this.#closed = true;
    for (const refuse of this.#waiting.splice(0)) refuse(false);
  }

  #enter(): Promise<boolean> {
    if (this.#closed || this.#waiting.length >= MAX_QUEUED) return Promise.resolve(false);
    if (this.#running < MAX_IN_FLIGHT) {
      this.#running++;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
