import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { ed25519Expand } from './ed25519-expanded.ts';
import { requireLength } from './errors.ts';

/** An X25519 pair; 32 bytes each. */
export interface X25519KeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

/** The pair of a secret, which is any 32 random bytes: clamping is part of the primitive (RFC 7748 §5). */
export function x25519KeyPair(secretKey: Bytes): X25519KeyPair {
  requireLength(secretKey, 32, 'an X25519 secret key');
  return { publicKey: engine.x25519PublicOf(secretKey), secretKey };
}

/**
 * The X25519 form of an Ed25519 seed's pair: the secret is the clamped first half of SHA-512(seed), the
 * public key what `ed25519PublicToX25519` makes of the Ed25519 one (reference: session-protocol §1.2).
 */
export function x25519KeyPairOfSeed(seed: Uint8Array): X25519KeyPair {
  return x25519KeyPair(ed25519Expand(seed).slice(0, 32));
}

/**
 * X25519 (RFC 7748 §5). `undefined` when the result would be all zeros, which is what small-order
 * public keys give and what an attacker who wants a known secret would send (§6.1).
 */
export function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined {
  requireLength(secretKey, 32, 'an X25519 secret key');
  requireLength(publicKey, 32, 'an X25519 public key');
  return engine.x25519(secretKey, publicKey);
}
