import type { Bytes } from '@sotto/bytes';

/** Hears the bells of one subject. It must not throw. */
export type BellListener = (payload: Bytes) => void;

/**
 * Bells between the processes of one server: somebody should look, there may be something new. A bell may be lost, and
 * rung without need; whoever listens looks from time to time by itself. Nothing is carried here that is not
 * written down elsewhere.
 */
export interface Bus {
  /**
   * Ring for all who listen to this subject, in this process and, while the way to them is open, in others. At most
   * 1 KiB. Never waits; throws BusError `refused` for a mistake of the caller, and nothing else.
   */
  publish(subject: string, payload: Bytes): void;
  /** Listen to a subject, 1..128 hex digits in lower case. Gives what ends it. Listeners are called later, in order. */
  subscribe(subject: string, listener: BellListener): () => void;
  /** What is rung later is not heard. */
  close(): Promise<void>;
}
