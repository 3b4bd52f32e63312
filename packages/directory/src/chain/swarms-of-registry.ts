import type { Members } from '../chain-swarms.ts';
import { changeSwarms } from '../form-swarms.ts';
import type { RegistryEvent } from './journal.ts';

/** The swarms of a registry after so many comings and goings, from where a reader can go on. */
export interface RegistrySwarms {
  /** All that they follow from, oldest first, up to the end of a block. */
  readonly events: readonly RegistryEvent[];
  /** Numbers of nodes, ascending, by swarm. */
  readonly swarms: ReadonlyMap<bigint, readonly bigint[]>;
}

/**
 * The swarms of all registered nodes, by the rules of the chain of reference (`changeSwarms`), once for each block
 * in which any came or went: computed by each reader alike from the journal and nothing else. What that chain takes
 * from a block's hash is the journal's seed here, and the order of keys is that of the registry's numbers, because
 * the contract keeps no key of those who have left. Entries with bad proofs count too, for the same reason: a member
 * that is not there is no worse than one that is down, for whom the same stake was paid.
 *
 * `before`, when it is the beginning of the same journal, is not computed again.
 */
export function swarmsOfRegistry(events: readonly RegistryEvent[], before?: RegistrySwarms): RegistrySwarms {
  const known = before !== undefined && isBeginning(before.events, events) ? before : undefined;
  const swarms: Members<bigint> = new Map();
  for (const [id, members] of known?.swarms ?? []) swarms.set(id, [...members]);
  for (const block of inBlocks(events.slice(known?.events.length ?? 0))) {
    for (const id of block.left) leave(swarms, id);
    changeSwarms(swarms, block.came, block.seed);
    for (const members of swarms.values()) members.sort(ascending);
  }
  return { events, swarms };
}

/** The swarm of each node that is there, by its number. */
export function assignSwarms({ swarms }: RegistrySwarms): ReadonlyMap<bigint, bigint> {
  return new Map([...swarms].flatMap(([swarm, members]) => members.map((id) => [id, swarm] as const)));
}

interface BlockOfEvents {
  readonly seed: bigint;
  /** Ascending; whoever came and went within the block is in neither. */
  readonly came: readonly bigint[];
  readonly left: readonly bigint[];
}

function* inBlocks(events: readonly RegistryEvent[]): Generator<BlockOfEvents> {
  for (let from = 0; from < events.length; ) {
    const first = events[from] as RegistryEvent;
    let end = from + 1;
    while (events[end]?.block === first.block) end++;
    const block = events.slice(from, end);
    const gone = new Set(idsOf(block, 'left'));
    const came = idsOf(block, 'came');
    const left = [...gone].filter((id) => !came.includes(id));
    yield { seed: first.seed, came: came.filter((id) => !gone.has(id)).sort(ascending), left };
    from = end;
  }
}

function idsOf(events: readonly RegistryEvent[], kind: RegistryEvent['kind']): bigint[] {
  return events.filter((event) => event.kind === kind).map(({ id }) => id);
}

function leave(swarms: Members<bigint>, id: bigint): void {
  for (const members of swarms.values()) {
    const index = members.indexOf(id);
    if (index < 0) continue;
    members.splice(index, 1);
    return;
  }
}

/** Up to the end of a block: a chain that was rewritten may have more of the same block now. */
function isBeginning(before: readonly RegistryEvent[], events: readonly RegistryEvent[]): boolean {
  const [last, next] = [before.at(-1), events[before.length]];
  if (before.length > events.length || (last !== undefined && last.block === next?.block)) return false;
  return before.every((event, index) => isSame(event, events[index]));
}

function isSame(event: RegistryEvent, other: RegistryEvent | undefined): boolean {
  return (
    event.kind === other?.kind &&
    event.id === other.id &&
    event.block === other.block &&
    event.seed === other.seed
  );
}

function ascending(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
