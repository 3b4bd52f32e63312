import { randomInt } from 'node:crypto';
import type { Leaving } from '@sotto/frames';
import { RETRY_WITHIN } from '../constants.ts';

/** When the clients of connections were told to come again. */
export class ToldTimes {
  readonly #until = new WeakMap<object, number>();
  readonly #waiting = new Set<() => void>();
  readonly #now: () => number;
  #ended = false;

  /** `now` in milliseconds, of a clock that does not jump. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Seconds after which the client of this connection may come again, for the next refusal. Whoever was told and
   * comes before that time waits for it, or until `gone`: a timer costs less than to refuse it again and again.
   */
  async next(connection: object, gone: Leaving): Promise<number> {
    await this.#wait((this.#until.get(connection) ?? 0) - this.#now(), gone);
    const seconds = randomInt(1, RETRY_WITHIN + 1);
    this.#until.set(connection, this.#now() + seconds * 1000);
    return seconds;
  }

  /** Nobody waits any more. */
  endAll(): void {
    this.#ended = true;
    for (const end of [...this.#waiting]) end();
  }

  #wait(milliseconds: number, gone: Leaving): Promise<void> {
    return new Promise((resolve) => {
      if (milliseconds <= 0 || gone.aborted || this.#ended) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', end);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      gone.addEventListener('abort', end);
      this.#waiting.add(end);
    });
  }
}
