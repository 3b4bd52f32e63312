import { equalBytes, toHex } from '@sotto/bytes';
import { checkList } from './check-list.ts';
import { compareBytes } from './compare-bytes.ts';
import { encodeList } from './encode-list.ts';
import type { DirectoryNode, NodeList, SignedList, SubnetRule } from './types.ts';

/** Whether nobody has signed the list and nobody could: it is what several have named, and no proof of anything. */
export function isSeen({ signers }: Pick<NodeList, 'signers'>): boolean {
  return signers.length === 0;
}

export interface SeenRequest {
  readonly nodes: readonly DirectoryNode[];
  readonly subnets: SubnetRule;
  /** Milliseconds. */
  readonly now: number;
  /** The list that it takes the place of. */
  readonly before?: NodeList;
}

/**
 * A list that nobody signs, of nodes that were seen now. Its sequence is its time, so that the later of two is the
 * higher wherever they were made. Throws DirectoryError `bad-list`.
 */
export function seenList({ nodes, subnets, now, before }: SeenRequest): SignedList {
  const sequence = Math.max(now, 1, (before?.sequence ?? 0) + 1);
  const list: NodeList = {
    sequence,
    issuedAt: now,
    threshold: 0,
    signers: [],
    subnets,
    nodes: nodes.toSorted((left, right) => compareBytes(left.ed25519, right.ed25519)),
  };
  checkList(list);
  return { list, signatures: [] };
}

/** The same nodes seen again make a list younger when it is a day old. Milliseconds. */
const SEEN_ANEW = 24 * 60 * 60_000;

/**
 * The list that takes the place of one that was seen `before`; `undefined` when it would say nothing new. Throws
 * DirectoryError `bad-list`.
 */
export function seenAgain(
  nodes: readonly DirectoryNode[],
  before: NodeList,
  now: number,
): SignedList | undefined {
  const { subnets, issuedAt, sequence } = before;
  const same = { ...seenList({ nodes, subnets, now: issuedAt }).list, sequence };
  const isKnown = equalBytes(encodeList(same), encodeList(before));
  return isKnown && now - issuedAt < SEEN_ANEW ? undefined : seenList({ nodes, subnets, now, before });
}

/** What one of those who were asked named. */
export type Named = readonly DirectoryNode[];

export type Agreement =
  | { readonly outcome: 'agreed'; readonly nodes: readonly DirectoryNode[] }
  /** Too little is common to them: some lie, or have not heard for long. */
  | { readonly outcome: 'disagreed' }
  /** They agree on something that is far from what we go by: more must be asked. */
  | { readonly outcome: 'far'; readonly nodes: readonly DirectoryNode[] };

/** Of those that were asked, so many must name a node: all of three, seven of nine. */
const MAJORITY = { of: 3, outOf: 4 } as const;

/** What they have in common is so much of what the most talkative one named, or one of them is not to be believed. */
const COMMON = { of: 2, outOf: 3 } as const;

/** What a list and the one after it have in common, as a part of the larger. */
export interface Kept {
  readonly of: number;
  readonly outOf: number;
}

/** So much, or three are too few to change it. */
const KEPT: Kept = { of: 3, outOf: 4 };

/**
 * The nodes on which those who were asked agree, with all that is said of each. Whoever lies alone adds nobody and
 * takes nobody away, beyond making others disagree. `pinned`: the list that it would replace; without it may be any,
 * and with more than `FEW` who were asked any that keeps so much of that list. Spec: docs/spec/directory.md §7.
 */
export function agreeOnNodes(
  named: readonly Named[],
  pinned?: Pick<NodeList, 'nodes'>,
  keptByMany?: Kept,
): Agreement {
  const needed = Math.ceil((named.length * MAJORITY.of) / MAJORITY.outOf);
  const counts = new Map<string, { readonly node: DirectoryNode; count: number }>();
  for (const nodes of named) {
    for (const node of nodes) {
      const name = nameOf(node);
      const known = counts.get(name);
      if (known === undefined) counts.set(name, { node, count: 1 });
      else known.count++;
    }
  }
  // No more than one description of a node can have such a majority, nor two nodes at one address.
  const nodes = [...counts.values()].filter(({ count }) => count >= needed).map(({ node }) => node);
  const longest = Math.max(0, ...named.map((nodes) => nodes.length));
  if (nodes.length === 0 || nodes.length * COMMON.outOf < longest * COMMON.of)
    return { outcome: 'disagreed' };
  const kept = named.length > FEW ? keptByMany : KEPT;
  if (pinned === undefined || kept === undefined) return { outcome: 'agreed', nodes };
  return { outcome: isNear(nodes, pinned.nodes, kept) ? 'agreed' : 'far', nodes };
}

/** As many are asked first. */
export const FEW = 3;

/** As many in all when three do not agree, or on something far off. */
export const MANY = 9;

function isNear(
  nodes: readonly DirectoryNode[],
  before: readonly DirectoryNode[],
  { of, outOf }: Kept,
): boolean {
  const known = new Set(before.map(({ ed25519 }) => toHex(ed25519)));
  const common = nodes.filter(({ ed25519 }) => known.has(toHex(ed25519))).length;
  return common * outOf >= Math.max(nodes.length, before.length) * of;
}

function nameOf({ ip, httpsPort, omqPort, ed25519, swarm }: DirectoryNode): string {
  return `${toHex(ed25519)} ${ip} ${httpsPort} ${omqPort} ${swarm}`;
}
