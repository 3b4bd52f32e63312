import { type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { IdentityError } from './errors.ts';

const NUL = Uint8Array.of(0);

/**
 * Eight hexadecimal digits that notice a mistyped or cut text: the first four bytes of SHA-256 over
 * the label and the parts, each after a zero byte. Against accidents, not against attackers.
 */
export function linkChecksum(label: string, ...parts: readonly Uint8Array[]): string {
  const joined: Bytes[] = parts.map((part) => concatBytes(NUL, part));
  return toHex(sha256(concatBytes(utf8(label), ...joined)).subarray(0, 4));
}

/** Throws IdentityError `bad-checksum`; an absent checksum means that the end is missing. */
export function requireChecksum(expected: string, given: string | undefined, what: string): void {
  if (given === undefined) {
    throw new IdentityError('bad-checksum', `${what} is not complete: its end is missing`, { what });
  }
  if (given.toLowerCase() !== expected) {
    throw new IdentityError('bad-checksum', `${what} was mistyped or cut off`, { what });
  }
}
