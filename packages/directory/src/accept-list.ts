import { equalBytes } from '@sotto/bytes';
import { checkSignedList } from './check-list.ts';
import { decodeSignedList } from './decode-list.ts';
import { encodeList } from './encode-list.ts';
import { DirectoryError } from './errors.ts';
import { isSeen } from './seen-list.ts';
import type { NodeList, SignedList } from './types.ts';
import { verifyList } from './verify-list.ts';

export interface AcceptListRequest {
  /** The newest list that was accepted; absent at first contact. */
  readonly pinned?: SignedList;
  /** The binary form as it came, or a list that was read from a file. */
  readonly incoming: Uint8Array | SignedList;
  /** Whoever runs this program gave it, and not the network. */
  readonly byOwner?: true;
}

export type AcceptListOutcome =
  /** Pin this one from now on. */
  | { readonly outcome: 'accepted'; readonly signed: SignedList }
  /** The pinned list again. */
  | { readonly outcome: 'same' }
  /** A rollback, or somebody who has not heard of the newer one yet. */
  | { readonly outcome: 'older' }
  /** The signers have signed two different lists of one sequence: they are at fault, not who passed it on. */
  | { readonly outcome: 'forked' }
  /** Too few have signed: of the signers that are trusted already, or of those that the list names itself. */
  | { readonly outcome: 'unproven'; readonly by: 'pinned-signers' | 'own-signers' }
  | { readonly outcome: 'malformed'; readonly error: DirectoryError };

/**
 * Judge a list from anybody. It counts when the threshold of the pinned list's signers has signed it, and
 * that of its own signers too, so that a list cannot hand over to signers who are not there. At first
 * contact its own signers are the whole proof; they are as good as whoever gave the list.
 * Spec: docs/spec/directory.md §4.
 */
export function acceptList({ pinned, incoming, byOwner }: AcceptListRequest): AcceptListOutcome {
  const read = readIncoming(incoming);
  if (read instanceof DirectoryError) return { outcome: 'malformed', error: read };
  if (pinned !== undefined && read.list.subnets !== pinned.list.subnets) {
    return { outcome: 'malformed', error: subnetsChanged() };
  }
  if (pinned !== undefined && isSeen(pinned.list)) return afterSeen(pinned.list, read, byOwner);
  if (pinned !== undefined && !verifyList(read, pinned.list)) {
    return { outcome: 'unproven', by: 'pinned-signers' };
  }
  if (!verifyList(read)) return { outcome: 'unproven', by: 'own-signers' };
  if (pinned === undefined || read.list.sequence > pinned.list.sequence) {
    return { outcome: 'accepted', signed: read };
  }
  if (read.list.sequence < pinned.list.sequence) return { outcome: 'older' };
  return { outcome: equalBytes(encodeList(read.list), encodeList(pinned.list)) ? 'same' : 'forked' };
}

/**
 * After a list that nobody has signed. Nobody's word can prove another, so only whoever runs this program may give
 * one: later addresses, or a list that is signed.
 */
function afterSeen(pinned: NodeList, read: SignedList, byOwner: true | undefined): AcceptListOutcome {
  if (equalBytes(encodeList(read.list), encodeList(pinned))) return { outcome: 'same' };
  if (byOwner === undefined) return { outcome: 'unproven', by: 'pinned-signers' };
  if (!verifyList(read)) return { outcome: 'unproven', by: 'own-signers' };
  const isLater = !isSeen(read.list) || read.list.sequence > pinned.sequence;
  return isLater ? { outcome: 'accepted', signed: read } : { outcome: 'older' };
}

/** Nodes and clients forbid loopback by this rule, and a node writes traces by it: no signature lifts that. */
function subnetsChanged(): DirectoryError {
  return new DirectoryError('bad-list', 'this list of nodes is for a network of another kind', {
    rule: 'subnets-changed',
  });
}

function readIncoming(incoming: Uint8Array | SignedList): SignedList | DirectoryError {
  try {
    if (incoming instanceof Uint8Array) return decodeSignedList(incoming);
    checkSignedList(incoming);
    return incoming;
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
}
