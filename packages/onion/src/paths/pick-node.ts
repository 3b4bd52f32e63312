import { type Bytes, toHex } from '@sotto/bytes';
import type { PathNode, PathSubnets } from './path-types.ts';

export interface PickNode {
  readonly nodes: readonly PathNode[];
  readonly subnets: PathSubnets;
  /** Never these. With `distinct` subnets, nor anything in one network with them. */
  readonly apartFrom: readonly PathNode[];
  /** Never these, whatever network they are in. Ed25519 keys in hex. */
  readonly never: ReadonlySet<string>;
  /** How unwelcome a node is; the least unwelcome are chosen from. */
  penalty(node: PathNode): number;
  readonly random: (length: number) => Bytes;
}

/**
 * One node at random among the most welcome. A whole /24 has one chance, however many nodes stand in
 * it: addresses of one network are cheap to get (reference: session-protocol §2.6).
 */
export function pickNode(pick: PickNode): PathNode | undefined {
  const { subnets, apartFrom, never } = pick;
  const taken = new Set(apartFrom.map(keyOf));
  const networks = new Set(subnets === 'distinct' ? apartFrom.map(({ ip }) => networkOf(ip)) : []);
  const allowed = pick.nodes.filter((node) => {
    const key = keyOf(node);
    return !taken.has(key) && !never.has(key) && !networks.has(networkOf(node.ip));
  });
  let least = Number.POSITIVE_INFINITY;
  let best: PathNode[] = [];
  for (const node of allowed) {
    const penalty = pick.penalty(node);
    if (penalty < least) [least, best] = [penalty, []];
    if (penalty === least) best.push(node);
  }
  const groups = groupBy(best, ({ ip, ed25519 }) =>
    subnets === 'distinct' ? networkOf(ip) : keyOf({ ed25519 }),
  );
  const group = groups[randomIndex(groups.length, pick.random)];
  return group?.[randomIndex(group.length, pick.random)];
}

/** Every choice asks for the names of all nodes, whose keys are never changed in place. */
const names = new WeakMap<Uint8Array, string>();

/** How nodes are told apart in sets and maps. */
export function keyOf({ ed25519 }: { readonly ed25519: Uint8Array }): string {
  const known = names.get(ed25519);
  if (known !== undefined) return known;
  const name = toHex(ed25519);
  names.set(ed25519, name);
  return name;
}

/** The /24 of an IPv4 address. */
export function networkOf(ip: string): string {
  return ip.slice(0, ip.lastIndexOf('.'));
}

/** Every index below `below` with the same chance; 0 when there is none. */
export function randomIndex(below: number, random: (length: number) => Bytes): number {
  if (below < 2) return 0;
  const limit = Math.floor(0x1_0000_0000 / below) * below;
  for (;;) {
    const bytes = random(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (value < limit) return value % below;
  }
}

function groupBy(nodes: readonly PathNode[], name: (node: PathNode) => string): PathNode[][] {
  const groups = new Map<string, PathNode[]>();
  for (const node of nodes) {
    const group = groups.get(name(node));
    if (group) group.push(node);
    else groups.set(name(node), [node]);
  }
  return [...groups.values()];
}
