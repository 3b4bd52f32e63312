import { x25519 } from '@sotto/crypto';

/** Whatever the secret, the shared one is zero exactly for keys of small order (RFC 7748 §6.1). */
const ANY_SECRET = new Uint8Array(32).fill(1);

/**
 * Whether a relay can be reached through the onion network by this key, as far as a record demands it:
 * 32 bytes, and not of small order, which agrees on zeros with everybody, so that any hop could read
 * what is encrypted to it.
 */
export function isOnionKey(key: Uint8Array): boolean {
  return key.length === 32 && x25519(ANY_SECRET, key) !== undefined;
}
