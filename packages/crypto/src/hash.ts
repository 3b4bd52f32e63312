import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { CryptoError } from './errors.ts';

/** RFC 5869 §2.3: at most 255 blocks of the hash. */
const HKDF_MAX = 255 * 32;

/** What libsodium grants; the RFC allows shorter ones, which nothing here should want. */
const BLAKE2B_MIN = 16;
const BLAKE2B_MAX = 64;
const NO_KEY = new Uint8Array(0);

/** SHA-256 (FIPS 180-4), 32 bytes. */
export function sha256(message: Uint8Array): Bytes {
  return engine.sha256(message);
}

/** SHA-512 (FIPS 180-4), 64 bytes. */
export function sha512(message: Uint8Array): Bytes {
  return engine.sha512(message);
}

/**
 * BLAKE2b (RFC 7693) as Session's protocol hashes: 16 to 64 bytes, keyed with 16 to 64 bytes or not at
 * all. No salt, no personalization.
 */
export function blake2b(length: number, message: Uint8Array, key: Uint8Array = NO_KEY): Bytes {
  if (!Number.isInteger(length) || length < BLAKE2B_MIN || length > BLAKE2B_MAX) {
    throw new CryptoError('wrong-length', `BLAKE2b gives ${BLAKE2B_MIN} to ${BLAKE2B_MAX} bytes here`);
  }
  if (key.length !== 0 && (key.length < BLAKE2B_MIN || key.length > BLAKE2B_MAX)) {
    throw new CryptoError('wrong-length', `a BLAKE2b key has ${BLAKE2B_MIN} to ${BLAKE2B_MAX} bytes here`);
  }
  return engine.blake2b(length, message, key);
}

/** HMAC-SHA256 (RFC 2104), 32 bytes, with a key of any length. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  return engine.hmacSha256(key, message);
}

export interface HkdfRequest {
  /** Secret input; the only part that must be unknown to others. */
  readonly ikm: Uint8Array;
  /** May be empty. */
  readonly salt: Uint8Array;
  /** The label that keeps one use from another. */
  readonly info: Uint8Array;
  /** 1..8160 bytes. */
  readonly length: number;
}

/** HKDF-SHA256 (RFC 5869), extract and expand. */
export function hkdfSha256({ ikm, salt, info, length }: HkdfRequest): Bytes {
  if (!Number.isInteger(length) || length < 1 || length > HKDF_MAX) {
    throw new CryptoError('wrong-length', `HKDF gives 1 to ${HKDF_MAX} bytes`);
  }
  return engine.hkdfSha256(ikm, salt, info, length);
}
