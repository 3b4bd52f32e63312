import { randomBytes } from 'node:crypto';
import { asBytes } from '@sotto/bytes';
import type { Clock, RandomBytes } from '@sotto/client';

/** The machine's clock; its timers keep no process alive, as the client's port wants. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const systemRandom: RandomBytes = (length) => asBytes(randomBytes(length));
