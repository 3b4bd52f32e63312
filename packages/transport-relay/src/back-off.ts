import type { RandomBytes } from '@sotto/client';
import { FIRST_PAUSE, LAST_PAUSE } from './limits.ts';

/** Growing pauses with jitter, so that a relay coming back is not met by everybody at once. */
export class BackOff {
  readonly #random: RandomBytes;
  #attempts = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** Milliseconds until the next attempt, at least what the relay asked for. */
  next(atLeast = 0): number {
    const full = Math.min(FIRST_PAUSE * 2 ** this.#attempts, LAST_PAUSE);
    this.#attempts = Math.min(this.#attempts + 1, 30);
    const fraction = (this.#random(1)[0] as number) / 256;
    return Math.max(atLeast, Math.round(full / 2 + (full / 2) * fraction));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
