import { type Bytes, concatBytes, toBase64Url } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { DirectoryError, decodeSignedList, isSeen, type SignedList, verifyList } from '@sotto/directory';
import { LocalApiError } from '@sotto/local-api';

/** A list of storage nodes from its binary form, or from what `read` makes of a file. Throws LocalApiError `bad-network`. */
export function readDirectory(from: Bytes | (() => SignedList)): SignedList {
  try {
    return typeof from === 'function' ? from() : decodeSignedList(from);
  } catch (error) {
    if (error instanceof DirectoryError) throw badDirectory(`the directory cannot be used: ${error.message}`);
    throw error;
  }
}

/**
 * What the first list must be: signed by as many of its own signers as it asks for, and with nodes in it.
 * Who those signers are is settled by whoever handed it over. Throws LocalApiError `bad-network`.
 */
export function checkDirectory(signed: SignedList): void {
  if (signed.list.nodes.length === 0) throw badDirectory('the directory lists no storage nodes yet');
  if (verifyList(signed)) return;
  throw badDirectory(
    `the directory is not signed by ${signed.list.threshold} of its ${signed.list.signers.length} signers`,
    'its keepers sign it with `sotto directory sign`; if you are none, ask them for the list of today',
  );
}

/** The name of every list that nobody has signed. */
const UNSIGNED = 'unsigned';

/** Three hops and a destination, none of them twice. */
const FEWEST_NODES = 4;

/** For an account that has nothing but the onion road. Throws LocalApiError `bad-network`. */
export function requirePaths({ list }: SignedList): void {
  const { length } = list.nodes;
  if (length >= FEWEST_NODES) return;
  throw badDirectory(
    `the directory lists ${length} storage nodes; a path and its destination need ${FEWEST_NODES}`,
  );
}

/**
 * The name of a directory: base64url SHA-256 of its signers' keys in ascending order. Every list they sign
 * has it, so that two people can see whether they are in the same network.
 */
export function nameDirectory(signed: SignedList): string {
  // Nothing says that two lists which nobody has signed are of one network.
  return isSeen(signed.list) ? UNSIGNED : toBase64Url(sha256(signersOf(signed)));
}

/** Their keys, joined in the order of the list, which is ascending. */
export function signersOf({ list }: Pick<SignedList, 'list'>): Bytes {
  return concatBytes(...list.signers);
}

function badDirectory(
  message: string,
  hint = 'ask whoever keeps the directory for the list of today, as `sotto directory show` prints it',
): LocalApiError {
  return new LocalApiError('bad-network', message, hint);
}
