import { type Moment, STOPS, type Stop } from '@sotto/bytes';
import { createSeededRandom, type SeededRandom } from '@sotto/testkit';
import type { FaultName, Plan, PlannedChat, PlannedFault, Size, Target } from './types.ts';

const DAY = 86_400_000;
/** A swarm of the protocol has up to seven members; smaller ones count on a majority. */
const MEMBERS = [3, 7] as const;

/** Stops that a process of this kind passes; the first and the last are the command line's own. */
const STOPS_OF: Readonly<Record<'person' | 'server', readonly Stop[]>> = {
  person: STOPS.filter((stop) => !['compose', 'keep', 'show'].includes(stop)),
  server: ['keep'],
};

/** Everything about a run that is decided before it begins: the same seed and size make the same plan. */
export function makePlan(seed: number, size: Size): Plan {
  const random = createSeededRandom(seed);
  const people = between(random, size.people);
  const swarms = makeSwarms(random, between(random, size.nodes));
  const nodes = swarms.reduce((sum, members) => sum + members, 0);
  return {
    seed,
    people,
    swarms,
    chats: makeChats(random, people),
    lasts: size.lasts,
    pause: 200 + random.integer(800),
    faults: makeFaults(random, size, { people, nodes }),
  };
}

function between(random: SeededRandom, [least, most]: readonly [number, number]): number {
  return least + random.integer(most - least + 1);
}

function makeSwarms(random: SeededRandom, nodes: number): readonly number[] {
  const swarms: number[] = [];
  for (let left = nodes; left > 0; ) {
    const wanted = between(random, MEMBERS);
    // What is too little for a swarm of its own joins the last one.
    const members = left - wanted < MEMBERS[0] ? left : wanted;
    swarms.push(members);
    left -= members;
  }
  return swarms;
}

/** Everybody has a chat; every road is taken by one of them. */
function makeChats(random: SeededRandom, people: number): readonly PlannedChat[] {
  const pairs: [number, number][] = [];
  for (let one = 0; one < people; one++) {
    for (let other = one + 1; other < people; other++) pairs.push([one, other]);
  }
  const ring = Array.from({ length: people }, (_, one): [number, number] => [one, (one + 1) % people]);
  const more = pairs.filter(([one, other]) => other - one > 1 && other - one < people - 1);
  const chosen = [...ring, ...more.filter(() => random.chance(0.3))];
  const roads = ['relay', 'onion', 'auto'] as const;
  const first = random.integer(roads.length);
  return chosen.map(([one, other], index) => ({
    people: [Math.min(one, other), Math.max(one, other)],
    road: roads[(first + index) % roads.length] ?? 'auto',
  }));
}

/** One fault after the other on the same target, on different targets also side by side. */
function makeFaults(
  random: SeededRandom,
  size: Size,
  { people, nodes }: { readonly people: number; readonly nodes: number },
): readonly PlannedFault[] {
  const faults: PlannedFault[] = [];
  const freeAt = new Map<Target, number>();
  // Each kind comes before any comes again, so that a short run has seen as many kinds as it has room for.
  let kinds: FaultName[] = [];
  for (let at = random.integer(size.every); at < size.lasts; at += 1 + random.integer(2 * size.every)) {
    if (kinds.length === 0) kinds = shuffled(random, size.faults);
    const fault = kinds.shift();
    if (fault === undefined) break;
    const target = chooseTarget(random, { people, nodes });
    const begins = Math.max(at, freeAt.get(target) ?? 0);
    const lasts = 200 + random.integer(LASTS[fault]);
    if (begins >= size.lasts) continue;
    freeAt.set(target, begins + lasts + 500);
    faults.push({ number: 0, fault, target, at: begins, lasts, ...details(random, fault, target) });
  }
  return faults.toSorted((one, other) => one.at - other.at).map((one, number) => ({ ...one, number }));
}

/** The longest that a fault of this kind lasts, less 200 ms. */
const LASTS: Readonly<Record<FaultName, number>> = {
  kill: 1_500,
  pause: 4_000,
  restart: 500,
  crash: 4_000,
  partition: 6_000,
  'one-way': 6_000,
  delay: 5_000,
  loss: 4_000,
  duplicate: 5_000,
  reorder: 5_000,
  clock: 5_000,
  'disk-full': 4_000,
  'bit-flip': 500,
};

function chooseTarget(
  random: SeededRandom,
  { people, nodes }: { readonly people: number; readonly nodes: number },
): Target {
  const kind = random.integer(4);
  // A storage node is one of several, the relay is not: people and the relay are worth more of the time.
  if (kind === 0) return 'relay';
  if (kind === 1 && nodes > 0) return `node:${random.integer(nodes)}`;
  return `person:${random.integer(people)}`;
}

function details(random: SeededRandom, fault: FaultName, target: Target): Partial<PlannedFault> {
  switch (fault) {
    case 'crash': {
      const stops = STOPS_OF[target.startsWith('person') ? 'person' : 'server'];
      const moment: Moment = random.pick(['before', 'after']);
      return { point: { stop: random.pick(stops), moment, pass: 1 + random.integer(3) } };
    }
    case 'one-way':
      return { way: random.pick(['from', 'to']) };
    case 'delay':
      return { milliseconds: 50 + random.integer(1_500) };
    case 'reorder':
      return { milliseconds: 100 + random.integer(2_000) };
    case 'loss':
      return { probability: 0.05 + random.integer(40) / 100 };
    case 'clock':
      return { milliseconds: random.pick([DAY, -DAY]) };
    case 'bit-flip':
      return { bit: [random.integer(1e6) / 1e6, random.integer(1e6) / 1e6, random.integer(8)] };
    default:
      return {};
  }
}

function shuffled<Item>(random: SeededRandom, items: readonly Item[]): Item[] {
  const left = [...items];
  const out: Item[] = [];
  while (left.length > 0) out.push(...left.splice(random.integer(left.length), 1));
  return out;
}
