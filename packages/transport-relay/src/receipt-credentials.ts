import type { Bytes } from '@sotto/bytes';

/** Randomness that one swap of a ticket uses: request 32, serial 16, presentation 32 bytes. */
export const RECEIPT_RANDOMNESS = 80;

/**
 * The port to the blind credentials with which one registers (zkgroup receipt credentials, reference:
 * signal-service §2.4). The relay signs what it cannot see; showing it later does not show which
 * ticket paid for it. Implemented where libsignal runs.
 */
export interface ReceiptCredentials {
  /**
   * Begin a swap. The same randomness gives the same bytes throughout, so that a swap can be repeated
   * after a crash. `undefined` when the relay's public parameters cannot be read.
   */
  request(publicParams: Bytes, randomness: Bytes): ReceiptRequest | undefined;
}

export interface ReceiptRequest {
  readonly bytes: Bytes;
  /**
   * The presentation to register with, from what the relay issued. `undefined` when that does not
   * verify, or is so made that it could be told from what others get at that time (milliseconds).
   */
  present(issued: Bytes, now: number): Bytes | undefined;
}
