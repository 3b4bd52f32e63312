import { MIN_SWARM_SIZE } from './limits.ts';
import type { MersenneTwister } from './mersenne-twister.ts';

/** Members of each swarm, while swarms are being formed. `Key` is whatever a node is told apart by. */
export type Members<Key> = Map<bigint, Key[]>;

/** The highest ID that a swarm can have on the chain, whose ring has one place less than 64 bits have. */
const LAST_ID = 2n ** 64n - 2n;

/**
 * The ID of one swarm more, as the chain reckons it: the middle of the largest gap, of equal gaps the lowest, and
 * the one around the end of the ring only when it is larger than all others; 0 without any swarm.
 */
export function nextChainSwarmId(taken: Iterable<bigint>): bigint {
  const ids = [...taken].sort(byId);
  const [first] = ids;
  const last = ids.at(-1);
  if (first === undefined || last === undefined) return 0n;
  let start = first;
  let widest = 0n;
  for (let index = 1; index < ids.length; index++) {
    const [from, to] = [ids[index - 1] ?? 0n, ids[index] ?? 0n];
    if (to - from > widest) [start, widest] = [from, to - from];
  }
  const around = LAST_ID - last + first + 1n;
  if (around > widest) [start, widest] = [last, around];
  const middle = start + widest / 2n;
  return middle > LAST_ID ? middle - LAST_ID - 1n : middle;
}

/** Take one node at random out of the swarms of more than `above`, each of their nodes equally likely. */
export function takeFromLarge<Key>(
  swarms: Members<Key>,
  above: number,
  random: MersenneTwister,
): Key | undefined {
  const large = inOrder(swarms).filter(([, members]) => members.length > above);
  const count = sum(large.map(([, members]) => members.length));
  if (count === 0) return undefined;
  let at = random.choose(count);
  for (const [, members] of large) {
    if (at < members.length) return members.splice(at, 1)[0];
    at -= members.length;
  }
  return undefined;
}

/** How many nodes there are beyond the fewest that the swarms need, of swarms of more than `above`. */
export function excessOf<Key>(swarms: Members<Key>, above = MIN_SWARM_SIZE): number {
  const sizes = [...swarms.values()].map((members) => members.length);
  return sum(sizes.filter((size) => size > above).map((size) => size - MIN_SWARM_SIZE));
}

/** All swarms, ascending by ID. */
export function inOrder<Key>(swarms: Members<Key>): [id: bigint, members: Key[]][] {
  return [...swarms].sort(([left], [right]) => byId(left, right));
}

function byId(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
