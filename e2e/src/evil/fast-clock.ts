import type { Clock } from '@sotto/client';

/** Servers and clients share a clock that goes faster than the machine's, so that waits of seconds are short. */
export interface FastClock extends Clock {
  /** Everybody's time jumps ahead; timers keep their length. */
  skip(milliseconds: number): void;
}

export function createFastClock(speed: number): FastClock {
  const began = Date.now();
  let skipped = 0;
  return {
    now: () => Math.floor(began + skipped + (Date.now() - began) * speed),
    after(milliseconds, callback) {
      const timer = setTimeout(callback, Math.min(milliseconds / speed, 2 ** 31 - 1));
      timer.unref();
      return () => clearTimeout(timer);
    },
    skip(milliseconds) {
      skipped += milliseconds;
    },
  };
}
