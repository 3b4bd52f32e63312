import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { requireLength } from './errors.ts';

/**
 * X25519 (RFC 7748 §5). `undefined` when the result would be all zeros, which is what small-order
 * public keys give and what an attacker who wants a known secret would send (§6.1).
 */
export function x25519(secretKey: Uint8Array, publicKey: Uint8Array): Bytes | undefined {
  requireLength(secretKey, 32, 'an X25519 secret key');
  requireLength(publicKey, 32, 'an X25519 public key');
  return engine.x25519(secretKey, publicKey);
}
