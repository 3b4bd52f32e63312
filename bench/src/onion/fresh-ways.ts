import { type Way, WORN } from './onion-asker.ts';

/** All ways from the same guard that its ordinary requests do not take, in any order: each is given once. */
export function freshWays(nodes: number): Way[] {
  const [guard] = WORN;
  const others = Array.from({ length: nodes }, (_, place) => place).filter((place) => place !== guard);
  const ways = others.flatMap((middle) =>
    others.flatMap((exit) => others.map((end): Way => [guard, middle, exit, end])),
  );
  return ways
    .filter((way) => new Set(way).size === way.length && String(way) !== String(WORN))
    .map((way) => ({ way, place: Math.random() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ way }) => way);
}
