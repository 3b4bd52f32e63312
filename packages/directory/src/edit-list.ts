import type { Bytes } from '@sotto/bytes';
import { checkList } from './check-list.ts';
import { compareBytes } from './compare-bytes.ts';
import type { DirectoryNode, NodeList, SignedList, SubnetRule } from './types.ts';

export interface NewListRequest {
  /** Ed25519 public keys in any order. */
  readonly signers: readonly Bytes[];
  readonly threshold: number;
  readonly subnets: SubnetRule;
  /** Milliseconds. */
  readonly now: number;
  readonly nodes?: readonly DirectoryNode[];
}

/** The first list of a network, not signed yet. Throws DirectoryError `bad-list`. */
export function newList({ signers, threshold, subnets, now, nodes = [] }: NewListRequest): SignedList {
  const list: NodeList = {
    sequence: 1,
    issuedAt: now,
    threshold,
    signers: signers.toSorted(compareBytes),
    subnets,
    nodes: nodes.toSorted(byKey),
  };
  checkList(list);
  return { list, signatures: [] };
}

/**
 * The list with other nodes: one sequence higher and without the signatures, which were for the old one.
 * `now` in milliseconds; time does not go back although a clock does. Throws DirectoryError `bad-list`.
 */
export function withNodes({ list }: SignedList, nodes: readonly DirectoryNode[], now: number): SignedList {
  const next = {
    ...list,
    sequence: list.sequence + 1,
    issuedAt: Math.max(now, list.issuedAt),
    nodes: nodes.toSorted(byKey),
  };
  checkList(next);
  return { list: next, signatures: [] };
}

function byKey(left: DirectoryNode, right: DirectoryNode): number {
  return compareBytes(left.ed25519, right.ed25519);
}
