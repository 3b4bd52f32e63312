import { type Bytes, concatBytes, wipeBytes } from '@sotto/bytes';
import { engine } from '#engine';
import type { CryptoEngine } from './engine.ts';
import { CryptoError, requireLength } from './errors.ts';

/**
 * Ed25519 for a device that must sign without knowing the seed. The expanded secret is what RFC 8032
 * §5.1.5 makes of a seed: SHA-512 of it, as clamped scalar (32 bytes) and prefix (32 bytes). It signs
 * exactly as the seed does, and nobody can compute the seed from it.
 *
 * libsodium signs from seeds only, so §5.1.6 is composed here of its scalars and points.
 */
export function ed25519Expand(seed: Uint8Array): Bytes {
  requireLength(seed, 32, 'an Ed25519 seed');
  return expand(engine, seed);
}

/** The public key of an expanded secret; `undefined` for bytes whose scalar is not clamped. */
export function ed25519PublicOfExpanded(expanded: Uint8Array): Bytes | undefined {
  requireLength(expanded, 64, 'an expanded Ed25519 secret');
  return publicOf(engine, expanded);
}

/**
 * Sign; the same 64 bytes as `ed25519Sign` with the seed. The public key is computed anew each time:
 * two signatures of one message under different public keys would give the scalar away.
 * Throws CryptoError `bad-parameter` when the scalar is not clamped.
 */
export function ed25519SignExpanded(expanded: Uint8Array, message: Uint8Array): Bytes {
  requireLength(expanded, 64, 'an expanded Ed25519 secret');
  return signExpanded(engine, expanded, message);
}

/** `ed25519Expand` with an engine of the caller's choice, so that tests can compare both. */
export function expand(using: CryptoEngine, seed: Uint8Array): Bytes {
  const expanded = using.sha512(seed);
  expanded[0] = (expanded[0] as number) & 0xf8;
  expanded[31] = ((expanded[31] as number) & 0x7f) | 0x40;
  return expanded;
}

/** `ed25519PublicOfExpanded` with an engine of the caller's choice. */
export function publicOf(using: CryptoEngine, expanded: Uint8Array): Bytes | undefined {
  const clamped = ((expanded[0] as number) & 0x07) === 0 && (expanded[31] as number) >> 6 === 1;
  return clamped ? using.ed25519ScalarToPoint(expanded.subarray(0, 32)) : undefined;
}

/** `ed25519SignExpanded` with an engine of the caller's choice. */
export function signExpanded(using: CryptoEngine, expanded: Uint8Array, message: Uint8Array): Bytes {
  const publicKey = publicOf(using, expanded);
  if (publicKey === undefined) throw new CryptoError('bad-parameter', 'an Ed25519 scalar is not clamped');
  const secret = using.ed25519ScalarReduce(widen(expanded.subarray(0, 32)));
  const nonce = using.ed25519ScalarReduce(using.sha512(concatBytes(expanded.subarray(32), message)));
  const point = using.ed25519ScalarToPoint(nonce);
  const challenge = using.ed25519ScalarReduce(using.sha512(concatBytes(point, publicKey, message)));
  const product = using.ed25519ScalarMultiply(challenge, secret);
  const scalar = using.ed25519ScalarAdd(nonce, product);
  for (const spent of [secret, nonce, product]) wipeBytes(spent);
  return concatBytes(point, scalar);
}

function widen(scalar: Uint8Array): Bytes {
  return concatBytes(scalar, new Uint8Array(32));
}
