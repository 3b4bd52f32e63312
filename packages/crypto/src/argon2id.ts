import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { CryptoError, requireLength } from './errors.ts';

/** The least Argon2 can work with (RFC 9106 §3.1: eight blocks of a KiB). */
const MEMORY_MIN = 8 * 1024;
/** More than this a WebAssembly engine cannot be relied on to find. */
const MEMORY_MAX = 1024 * 1024 * 1024;
/** A stored parameter must not be able to keep an unlock busy for hours. */
const PASSES_MAX = 64;

export interface Argon2idRequest {
  readonly password: Uint8Array;
  /** 16 random bytes. */
  readonly salt: Uint8Array;
  /** 8 KiB to 1 GiB, in bytes. */
  readonly memoryBytes: number;
  /** 1..64 */
  readonly passes: number;
  /** 16..64 bytes. */
  readonly length: number;
}

/**
 * Argon2id version 1.3 with one lane (RFC 9106). Blocks for as long as its parameters ask. Throws
 * CryptoError: `wrong-length`, `bad-parameter`, or `no-memory`.
 */
export function argon2id({ password, salt, memoryBytes, passes, length }: Argon2idRequest): Bytes {
  requireLength(salt, 16, 'an Argon2id salt');
  if (!within(length, 16, 64)) throw new CryptoError('wrong-length', 'Argon2id gives 16 to 64 bytes here');
  if (!within(memoryBytes, MEMORY_MIN, MEMORY_MAX) || !within(passes, 1, PASSES_MAX)) {
    throw new CryptoError('bad-parameter', 'Argon2id memory or passes out of range');
  }
  try {
    return engine.argon2id(password, salt, memoryBytes, passes, length);
  } catch {
    // Everything else that libsodium could object to has been checked.
    throw new CryptoError('no-memory', `Argon2id could not get ${memoryBytes} bytes of memory`);
  }
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
