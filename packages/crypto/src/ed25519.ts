import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { requireLength } from './errors.ts';

/** An Ed25519 pair. The secret is libsodium's 64-byte form: seed, then public key. */
export interface Ed25519KeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

/** The pair of a 32-byte seed (RFC 8032 §5.1.5). */
export function ed25519KeyPair(seed: Uint8Array): Ed25519KeyPair {
  requireLength(seed, 32, 'an Ed25519 seed');
  return engine.ed25519KeyPair(seed);
}

/** Sign; 64 bytes, deterministic. */
export function ed25519Sign(secretKey: Uint8Array, message: Uint8Array): Bytes {
  requireLength(secretKey, 64, 'an Ed25519 secret key');
  return engine.ed25519Sign(secretKey, message);
}

/**
 * Verify as libsodium does: small-order or non-canonical public keys, small-order `R` and
 * non-canonical `S` are refused besides wrong signatures, so that no two keys share a signature
 * and no signature can be altered. Wrong lengths are simply not a signature.
 */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return engine.ed25519Verify(publicKey, message, signature);
}

/**
 * The X25519 form of an Ed25519 public key (birational map, RFC 7748 §4.1).
 * `undefined` for bytes that are no point of the main subgroup.
 */
export function ed25519PublicToX25519(publicKey: Uint8Array): Bytes | undefined {
  if (publicKey.length !== 32) return undefined;
  return engine.ed25519PublicToX25519(publicKey);
}
