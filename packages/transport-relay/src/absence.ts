import type { Clock } from '@sotto/client';
import { CLOSE } from '@sotto/protocol';
import { ABSENCE } from './limits.ts';

/**
 * Whether the relay has just said that it goes away: it, or another process of it, is there again in a moment, and what
 * is asked until then waits for that. Counts with a timer only, so that no clock that jumps matters.
 */
export class Absence {
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get announced(): boolean {
    return this.#cancel !== undefined;
  }

  /** Told of the code that each connection ended with. */
  heard(code: number): void {
    if (code !== CLOSE.goingAway) return;
    this.end();
    this.#cancel = this.#clock.after(ABSENCE, () => this.end());
  }

  /** It is back, or nobody waits for it any more. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
