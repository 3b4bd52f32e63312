import { type Bytes, toHex } from '@sotto/bytes';
import { excessOf, inOrder, type Members, nextChainSwarmId, takeFromLarge } from './chain-swarms.ts';
import { compareBytes } from './compare-bytes.ts';
import { DirectoryError } from './errors.ts';
import { IDEAL_SWARM_SIZE, MIN_SWARM_SIZE, NO_SWARM } from './limits.ts';
import { MersenneTwister } from './mersenne-twister.ts';
import { sortLikeChain } from './sort-like-chain.ts';

/** Nodes that every swarm has on average beyond the fewest, before there is one swarm more. */
const MARGIN = IDEAL_SWARM_SIZE - MIN_SWARM_SIZE;

/** Newcomers go to the smallest quarter of swarms, those of a dissolved swarm to the smallest ones. */
const FILL_PERCENTILE = 25;
const SPREAD_PERCENTILE = 0;

/** Nodes are taken from about the largest quarter. */
const TAKE_PERCENTILE = 75;

/**
 * The swarms after a block that nodes came or went with, exactly as every node of the chain of reference computes
 * them (session-protocol §4.2): who knows the nodes and the block comes to the same. `previous` has those that
 * are still there, `unassigned` those that are new or back; keys are those by which the chain orders nodes, and
 * may stand in any order here. `seed`: the first eight bytes of the block's hash, little endian. Ascending by ID
 * and by key. Throws DirectoryError `bad-list` for a key that stands twice, or a swarm ID that is none.
 */
export function formSwarms(
  previous: ReadonlyMap<bigint, readonly Bytes[]>,
  unassigned: readonly Bytes[],
  seed: bigint,
): Map<bigint, readonly Bytes[]> {
  refuseBad(previous, unassigned);
  const swarms: Members<Bytes> = new Map();
  for (const [id, members] of previous) swarms.set(id, members.toSorted(compareBytes));
  changeSwarms(swarms, unassigned.toSorted(compareBytes), seed);
  return new Map(inOrder(swarms).map(([id, members]) => [id, members.toSorted(compareBytes)]));
}

/**
 * The same for keys of any kind, in place and without a look at them: `unassigned` and the members of each swarm
 * ascend by key before, and the members no longer do so afterwards.
 */
export function changeSwarms<Key>(swarms: Members<Key>, unassigned: readonly Key[], seed: bigint): void {
  for (const [id, members] of swarms) if (members.length === 0) swarms.delete(id);
  if (swarms.size === 0 && unassigned.length === 0) return;
  if (swarms.size === 0) swarms.set(nextChainSwarmId([]), []);
  const random = new MersenneTwister(seed);
  assign(swarms, unassigned, random, FILL_PERCENTILE);
  feedStarving(swarms, random);
  beginSwarms(swarms, random);
  dissolveStarving(swarms, random);
}

/** Each to one of the swarms that are at most as large as the one at this percentile. */
function assign<Key>(
  swarms: Members<Key>,
  keys: readonly Key[],
  random: MersenneTwister,
  percentile: number,
): void {
  for (const key of keys) {
    const sorted = bySize(swarms);
    const largest = at(sorted, percentile).length;
    const beyond = sorted.findIndex((members) => members.length > largest);
    const chosen = random.choose(beyond === -1 ? sorted.length : beyond);
    sorted[chosen]?.push(key);
    beginSwarms(swarms, random);
  }
}

/** The large give to those that have too few, as long as they have enough for a whole one. */
function feedStarving<Key>(swarms: Members<Key>, random: MersenneTwister): void {
  const sorted = bySize(swarms);
  const above = Math.max(MIN_SWARM_SIZE, at(sorted, TAKE_PERCENTILE).length - 1);
  for (const members of sorted) {
    while (members.length < MIN_SWARM_SIZE) {
      if (excessOf(swarms, above) < MIN_SWARM_SIZE - members.length) return;
      const key = takeFromLarge(swarms, above, random);
      if (key === undefined) return;
      members.push(key);
    }
  }
}

/** One swarm after the other, while there are enough nodes for it and none has too few. */
function beginSwarms<Key>(swarms: Members<Key>, random: MersenneTwister): void {
  if ([...swarms.values()].some((members) => members.length < MIN_SWARM_SIZE)) return;
  while (excessOf(swarms) >= IDEAL_SWARM_SIZE + MARGIN * swarms.size) {
    const chosen: Key[] = [];
    while (chosen.length < IDEAL_SWARM_SIZE) {
      const key = takeFromLarge(swarms, MIN_SWARM_SIZE, random);
      if (key === undefined) return;
      chosen.push(key);
    }
    swarms.set(nextChainSwarmId(swarms.keys()), chosen);
  }
}

/**
 * Its nodes go to the others. The original goes on when a single one is left that is still too small, finds no
 * other to give its nodes to, and throws; here that one stays.
 */
function dissolveStarving<Key>(swarms: Members<Key>, random: MersenneTwister): void {
  while (swarms.size > 1) {
    const starving = inOrder(swarms).find(([, members]) => members.length < MIN_SWARM_SIZE);
    if (starving === undefined) return;
    const [id, members] = starving;
    swarms.delete(id);
    assign(swarms, members, random, SPREAD_PERCENTILE);
  }
}

/** Smallest first; which of equal ones goes first is a rule of the chain too. */
function bySize<Key>(swarms: Members<Key>): Key[][] {
  const members = inOrder(swarms).map(([, keys]) => keys);
  return sortLikeChain(members, (keys) => keys.length);
}

function at<Key>(sorted: readonly Key[][], percentile: number): Key[] {
  return sorted[Math.floor((percentile * (sorted.length - 1)) / 100)] ?? [];
}

function refuseBad(previous: ReadonlyMap<bigint, readonly Bytes[]>, unassigned: readonly Bytes[]): void {
  if ([...previous.keys()].some((id) => id < 0n || id >= NO_SWARM)) {
    throw new DirectoryError('bad-list', 'a swarm has an ID that is none', { rule: 'node' });
  }
  const keys = [...[...previous.values()].flat(), ...unassigned];
  if (new Set(keys.map(toHex)).size < keys.length) {
    throw new DirectoryError('bad-list', 'two nodes have the same key', { rule: 'node-twice' });
  }
}
