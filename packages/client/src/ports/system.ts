import type { Bytes } from '@sotto/bytes';

/** Time and timers, so that a test can hold the clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Call back once after a while; the returned function cancels. Does not keep the process alive. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Cryptographic randomness. */
export type RandomBytes = (length: number) => Bytes;
