import { type Ed25519KeyPair, ed25519KeyPair, type X25519KeyPair, x25519KeyPairOfSeed } from '@sotto/crypto';

/** A storage node's one key in both forms: it signs with the first, layers are encrypted to the second. */
export interface NodeKeys {
  readonly ed25519: Ed25519KeyPair;
  readonly x25519: X25519KeyPair;
}

/** The keys of a 32-byte seed (reference: session-protocol §1.2). */
export function nodeKeysFromSeed(seed: Uint8Array): NodeKeys {
  return { ed25519: ed25519KeyPair(seed), x25519: x25519KeyPairOfSeed(seed) };
}
