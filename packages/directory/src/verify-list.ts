import { equalBytes } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import { signedBytes } from './encode-list.ts';
import type { NodeList, SignedList } from './types.ts';

/** Who must have signed: at least `threshold` of `signers`. */
export type Signers = Pick<NodeList, 'threshold' | 'signers'>;

/** Whether enough of these signers have signed the list; without them, of its own. */
export function verifyList(signed: SignedList, by: Signers = signed.list): boolean {
  return countSignatures(signed, by) >= by.threshold;
}

/** How many of these signers have signed the list, each counted once. Throws DirectoryError `bad-list`. */
export function countSignatures({ list, signatures }: SignedList, { signers }: Signers): number {
  const bytes = signedBytes(list);
  return signers.filter((signer) =>
    signatures.some(
      (given) => equalBytes(given.signer, signer) && ed25519Verify(signer, bytes, given.signature),
    ),
  ).length;
}
