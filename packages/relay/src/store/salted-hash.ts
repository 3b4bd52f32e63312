import { equalBytes, toHex, utf8 } from '@sotto/bytes';
import { hkdfSha256, randomBytes } from '@sotto/crypto';

/** A password as the relay keeps it. */
export interface SaltedHash {
  readonly hash: string;
  readonly salt: string;
}

const INFO = utf8('authtoken');
const SALT_BYTES = 16;

/**
 * `2.` and the hexadecimal HKDF-SHA256 of the password, salted with the hexadecimal text of 16 random
 * bytes (reference: signal-service §0). Fast on purpose: device passwords are random, not chosen.
 */
export function saltedHash(password: Uint8Array): SaltedHash {
  const salt = toHex(randomBytes(SALT_BYTES));
  return { hash: hashWith(password, salt), salt };
}

/** Whether a password is the one that was hashed; takes as long for a wrong one. */
export function verifySaltedHash(password: Uint8Array, stored: SaltedHash): boolean {
  return equalBytes(utf8(hashWith(password, stored.salt)), utf8(stored.hash));
}

function hashWith(password: Uint8Array, salt: string): string {
  return `2.${toHex(hkdfSha256({ ikm: password, salt: utf8(salt), info: INFO, length: 32 }))}`;
}
