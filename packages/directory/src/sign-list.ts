import { type Bytes, equalBytes } from '@sotto/bytes';
import { ed25519Sign } from '@sotto/crypto';
import { compareBytes } from './compare-bytes.ts';
import { signedBytes } from './encode-list.ts';
import { DirectoryError } from './errors.ts';
import type { SignedList } from './types.ts';

/**
 * The list with the signature of this key added, or in the place of its older one. The key need not be of
 * the list's signers: one of the list before proves a change of signers to those who trust that list.
 * `secretKey` is an Ed25519 secret in its 64-byte form. Throws DirectoryError `bad-key` or `bad-list`.
 */
export function signList({ list, signatures }: SignedList, secretKey: Bytes): SignedList {
  if (secretKey.length !== 64) throw new DirectoryError('bad-key', 'a signing key has 64 bytes');
  const signer = new Uint8Array(secretKey.subarray(32));
  const signature = ed25519Sign(secretKey, signedBytes(list));
  const others = signatures.filter((other) => !equalBytes(other.signer, signer));
  const all = [...others, { signer, signature }];
  return { list, signatures: all.toSorted((left, right) => compareBytes(left.signer, right.signer)) };
}
