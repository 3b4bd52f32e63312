import type { Bytes } from '@sotto/bytes';
import { type DirectoryNode, formSwarms, swarmFor, swarmsOf } from '@sotto/directory';
import { PathKeeper, type PathNode } from '@sotto/onion';

/** Random bytes that are the same in every run with the same seed. For choices, never for secrets. */
export function seededBytes(seed: number): (length: number) => Bytes {
  let state = seed >>> 0;
  // Mulberry32: a full period of 32 bits, and no pattern that a chi-square of these sizes would see.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return (length) => {
    const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += 4) view.setUint32(at, next());
    return bytes.subarray(0, length);
  };
}

/** A network of so many nodes, each in a /24 of its own, in swarms as Session's chain forms them. */
export function simulateNetwork(count: number, random: (length: number) => Bytes): readonly DirectoryNode[] {
  const keys = Array.from({ length: count }, () => random(32));
  const place = new Map(keys.map((key, index) => [key, index]));
  return [...formSwarms(new Map(), keys, 7n)].flatMap(([swarm, members]) =>
    members.map((ed25519): DirectoryNode => {
      const at = place.get(ed25519) ?? 0;
      const ip = `5.${at >> 8}.${at & 255}.1`;
      return { ip, httpsPort: 22_021, omqPort: 0, ed25519, x25519: random(32), swarm };
    }),
  );
}

/** A user who has just joined: no guards yet, the clock stands still. */
function newUser(
  nodes: readonly PathNode[],
  random: (length: number) => Bytes,
  subnets: 'distinct' | 'ignore' = 'distinct',
): PathKeeper {
  return new PathKeeper({ from: { nodes, subnets }, guards: [], now: () => 0, random });
}

/** How often each node was chosen for each place of a path by users who have just joined, one path each. */
export function countHops(
  nodes: readonly PathNode[],
  users: number,
  random: (length: number) => Bytes,
): { readonly places: readonly (readonly number[])[]; readonly microseconds: number } {
  const index = new Map(nodes.map((node, at) => [node.ip, at]));
  const places = Array.from({ length: 3 }, () => new Array<number>(nodes.length).fill(0));
  const started = performance.now();
  for (let user = 0; user < users; user++) {
    const hops = newUser(nodes, random).path('ask')?.hops ?? [];
    hops.forEach(({ ip }, place) => {
      const counts = places[place];
      const at = index.get(ip);
      if (counts && at !== undefined) counts[at] = (counts[at] ?? 0) + 1;
    });
  }
  return { places, microseconds: ((performance.now() - started) * 1000) / users };
}

/** How many of so many mailboxes each swarm keeps, and how many it should by the part of the ring nearest to it. */
export function countMailboxes(
  nodes: readonly DirectoryNode[],
  mailboxes: number,
  random: (length: number) => Bytes,
): {
  readonly counts: readonly number[];
  readonly expected: readonly number[];
  readonly microseconds: number;
} {
  const list = { nodes };
  const swarms = swarmsOf(list);
  const index = new Map(swarms.map(({ id }, at) => [id, at]));
  const counts = new Array<number>(swarms.length).fill(0);
  const keys = Array.from({ length: mailboxes }, () => random(33));
  const started = performance.now();
  for (const key of keys) {
    const at = index.get(swarmFor(list, key).id) ?? 0;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const microseconds = ((performance.now() - started) * 1000) / mailboxes;
  const gaps = swarms.map(({ id }, at) => {
    const next = swarms[at + 1]?.id ?? (swarms[0]?.id ?? 0n) + 2n ** 64n;
    return Number(next - id) / 2 ** 64;
  });
  const expected = gaps.map((gap, at) => ((gap + (gaps.at(at - 1) ?? gap)) / 2) * mailboxes);
  return { counts, expected, microseconds };
}

/**
 * How far counts are from what was expected, in standard deviations of Pearson's chi-square: within ±3 in 997 of
 * 1,000 runs when they differ by chance alone, above when some are chosen too often, below when too evenly.
 */
export function spread(counts: readonly number[], expected: readonly number[]): number {
  const square = counts.reduce(
    (sum, count, at) => sum + (count - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 1),
    0,
  );
  const freedom = counts.length - 1;
  return (square - freedom) / Math.sqrt(2 * freedom);
}

/** What befalls users of a network in which some nodes are one adversary's. */
export interface Capture {
  readonly nodes: readonly PathNode[];
  /** Of all nodes, those that are his. */
  readonly bad: number;
  readonly users: number;
  /** Each user's paths go this often, two at a time as for two mailboxes; guards stay. */
  readonly rotations: number;
  readonly random: (length: number) => Bytes;
}

/** The share of users who had, at any time, his nodes at both ends of a path: its guard and its last hop. */
export function shareCaptured({ nodes, bad, users, rotations, random }: Capture): number {
  const his = new Set(nodes.slice(0, bad).map(({ ip }) => ip));
  let captured = 0;
  for (let user = 0; user < users; user++) {
    const keeper = newUser(nodes, random);
    let both = false;
    for (let turn = 0; turn < rotations && !both; turn++) {
      keeper.rotate();
      for (const purpose of ['one', 'other']) {
        const hops = keeper.path(purpose)?.hops ?? [];
        const [guard, last] = [hops[0], hops.at(-1)];
        both ||= guard !== undefined && last !== undefined && his.has(guard.ip) && his.has(last.ip);
      }
    }
    if (both) captured++;
  }
  return captured / users;
}

/**
 * The same by arithmetic: each of the two guards is his with f, and then one of its `rotations` last hops is, unless
 * none is. However many paths there are it never passes 1 - (1 - f)²; with a new guard for each path it would be
 * 1 - (1 - f²)^(2·rotations), which soon is everybody.
 */
export function expectedCapture(share: number, rotations: number): number {
  const behind = 1 - (1 - share) ** rotations;
  return 1 - (1 - share * behind) ** 2;
}

export function captureWithoutGuards(share: number, rotations: number): number {
  return 1 - (1 - share ** 2) ** (2 * rotations);
}
