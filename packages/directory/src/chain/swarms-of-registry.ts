import { newSwarmId } from '../assign-swarm.ts';
import { IDEAL_SWARM_SIZE } from '../limits.ts';
import type { DirectoryNode } from '../types.ts';
import type { RegistryEvent } from './journal.ts';

/** A swarm with fewer members is given up where there is another (reference: session-protocol §4.2). */
const LEAST_MEMBERS = 5;

/**
 * The swarm of every registered node, by its number: computed by each reader alike from all comings and goings
 * and nothing else. Entries with bad proofs count too: the contract keeps no proof of those who have left, and a
 * member that is not there is no worse than one that is down, for whom the same stake was paid.
 *
 * A node goes to the smallest swarm, of equally small ones to the lowest ID. When no swarm has room for one more
 * below twice the size of a new swarm, the last seven of the largest begin a new one. A swarm of fewer than five
 * is given up and its members go where newcomers would.
 */
export function assignSwarms(events: readonly RegistryEvent[]): ReadonlyMap<bigint, bigint> {
  const swarms = new Map<bigint, bigint[]>();
  for (const { kind, id } of events) {
    if (kind === 'came') join(swarms, id);
    else leave(swarms, id);
  }
  return new Map([...swarms].flatMap(([swarm, members]) => members.map((id) => [id, swarm] as const)));
}

type Swarms = Map<bigint, bigint[]>;

function join(swarms: Swarms, id: bigint): void {
  const smallest = [...swarms].toSorted(bySize)[0];
  if (smallest === undefined) {
    swarms.set(0n, [id]);
    return;
  }
  const members = smallest[1];
  members.push(id);
  if (members.length < 2 * IDEAL_SWARM_SIZE) return;
  swarms.set(newSwarmId({ nodes: [...swarms.keys()].map(nodeIn) }), members.splice(-IDEAL_SWARM_SIZE));
}

function leave(swarms: Swarms, id: bigint): void {
  for (const [swarm, members] of swarms) {
    const index = members.indexOf(id);
    if (index < 0) continue;
    members.splice(index, 1);
    if (members.length === 0) swarms.delete(swarm);
    else if (members.length < LEAST_MEMBERS && swarms.size > 1) {
      swarms.delete(swarm);
      for (const homeless of members) join(swarms, homeless);
    }
    return;
  }
}

function bySize(left: readonly [bigint, bigint[]], right: readonly [bigint, bigint[]]): number {
  return left[1].length - right[1].length || (left[0] < right[0] ? -1 : 1);
}

/** `newSwarmId` looks at nothing but swarms. */
function nodeIn(swarm: bigint): DirectoryNode {
  const none = new Uint8Array(32);
  return { ip: '127.0.0.1', httpsPort: 1, omqPort: 0, ed25519: none, x25519: none, swarm };
}
