import { NO_SWARM } from './limits.ts';
import { type Swarm, swarmsOf } from './swarm-for.ts';
import type { NodeList } from './types.ts';

const RING = 2n ** 64n;

/**
 * The swarm for a node that joins: the smallest, of equally small ones the lowest ID; 0 for the first node.
 * It never begins a second swarm, because one node alone would at once have to keep half the mail of its
 * neighbours: that is for whoever runs the list to decide, with `newSwarmId`, when there are nodes enough.
 */
export function assignSwarm(list: Pick<NodeList, 'nodes'>): bigint {
  const [first, ...others] = swarmsOf(list);
  if (first === undefined) return 0n;
  return others.reduce((best, swarm) => (swarm.nodes.length < best.nodes.length ? swarm : best), first).id;
}

/**
 * The ID of one swarm more: the middle of the largest gap on the ring, of equal gaps the one that begins
 * lowest (reference: session-protocol §4.2). Without any swarm, 0.
 */
export function newSwarmId(list: Pick<NodeList, 'nodes'>): bigint {
  const swarms = swarmsOf(list);
  const [first] = swarms;
  if (first === undefined) return 0n;
  let start = first.id;
  let widest = 0n;
  for (const [index, { id }] of swarms.entries()) {
    const gap = gapAfter(swarms, index, first);
    if (gap > widest) [start, widest] = [id, gap];
  }
  const middle = BigInt.asUintN(64, start + widest / 2n);
  return middle === NO_SWARM ? middle - 1n : middle;
}

function gapAfter(swarms: readonly Swarm[], index: number, first: Swarm): bigint {
  const here = swarms[index] ?? first;
  const next = swarms[index + 1];
  return next === undefined ? first.id + RING - here.id : next.id - here.id;
}
