import { DirectoryError } from './errors.ts';
import { NO_SWARM } from './limits.ts';
import type { DirectoryNode, NodeList } from './types.ts';

/** The nodes that keep the same mailboxes. */
export interface Swarm {
  readonly id: bigint;
  /** In the order of the list. */
  readonly nodes: readonly DirectoryNode[];
}

type Nodes = Pick<NodeList, 'nodes'>;

/** A node asks for a swarm with every request. A list is never changed in place, but may still be growing. */
const known = new WeakMap<NodeList['nodes'], { readonly of: number; readonly swarms: readonly Swarm[] }>();

/** All swarms of a list, ascending by ID. */
export function swarmsOf({ nodes }: Nodes): readonly Swarm[] {
  const remembered = known.get(nodes);
  if (remembered?.of === nodes.length) return remembered.swarms;
  const members = new Map<bigint, DirectoryNode[]>();
  for (const node of nodes) {
    const swarm = members.get(node.swarm);
    if (swarm === undefined) members.set(node.swarm, [node]);
    else swarm.push(node);
  }
  const swarms = [...members].map(([id, ofSwarm]) => ({ id, nodes: ofSwarm }));
  swarms.sort((left, right) => (left.id < right.id ? -1 : 1));
  known.set(nodes, { of: nodes.length, swarms });
  return swarms;
}

/**
 * Where on the ring a mailbox lies (reference: session-protocol §4.1): the four big-endian words of its key,
 * joined by exclusive or. `key` is prefix and key, 33 bytes. Throws DirectoryError `bad-key`.
 */
export function swarmSpace(key: Uint8Array): bigint {
  if (key.length !== 33) throw new DirectoryError('bad-key', 'a mailbox key has 33 bytes');
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return [1, 9, 17, 25].reduce((joined, offset) => joined ^ view.getBigUint64(offset), 0n);
}

/**
 * The swarm that keeps the mailbox of this key: the nearest ID on the ring of 64 bits; of two that are
 * equally near, the one before. A list without nodes gives swarm 2^64-1 without nodes, as the network says it.
 * Throws DirectoryError `bad-key`.
 */
export function swarmFor(list: Nodes, key: Uint8Array): Swarm {
  return nearestSwarm(swarmsOf(list), swarmSpace(key));
}

export function nearestSwarm(swarms: readonly Swarm[], place: bigint): Swarm {
  const [first] = swarms;
  const last = swarms.at(-1);
  if (first === undefined || last === undefined) return { id: NO_SWARM, nodes: [] };
  const index = swarms.findIndex(({ id }) => id >= place);
  const right = swarms[index] ?? first;
  const left = index > 0 ? (swarms[index - 1] ?? last) : last;
  return distance(place, right.id) < distance(left.id, place) ? right : left;
}

/** Steps from one place up to another, around the ring. */
function distance(from: bigint, to: bigint): bigint {
  return BigInt.asUintN(64, to - from);
}
