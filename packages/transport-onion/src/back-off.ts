import type { RandomBytes } from '@sotto/client';
import { FIRST_PAUSE, LAST_PAUSE } from './limits.ts';

/** Growing pauses with jitter: polls of many clients must not fall together after an outage. */
export class BackOff {
  readonly #random: RandomBytes;
  #full = FIRST_PAUSE;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** Milliseconds until the next attempt. */
  next(): number {
    const full = this.#full;
    this.#full = Math.min(full * 2, LAST_PAUSE);
    return jitter(full, this.#random);
  }

  reset(): void {
    this.#full = FIRST_PAUSE;
  }
}

/** Between half of a pause and the whole of it. */
export function jitter(pause: number, random: RandomBytes): number {
  const fraction = (random(1)[0] as number) / 256;
  return Math.round(pause / 2 + (pause / 2) * fraction);
}
