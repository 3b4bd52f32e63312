import { createSeededRandom, type SeededRandom } from '@sotto/testkit';

/** What is killed and started again. */
export const VICTIMS = ['first', 'second', 'bus', 'database'] as const;
export type Victim = (typeof VICTIMS)[number];

export const PEOPLE = ['alice', 'bob'] as const;
export type PersonName = (typeof PEOPLE)[number];

/** Which of the two relays: alice is at home on the first, bob on the second. */
export type Side = 0 | 1;
export const HOME: Readonly<Record<PersonName, Side>> = { alice: 0, bob: 1 };

/** Once so many messages have been acknowledged, and a moment later. */
interface When {
  readonly after: number;
  /** Milliseconds. */
  readonly moment: number;
}

/** SIGKILL, and a start again after a while. */
export interface Kill extends When {
  readonly victim: Victim;
  /** How long it is away, milliseconds. */
  readonly away: number;
}

/** Somebody hangs up and goes on at the other relay. */
export interface Move extends When {
  readonly person: PersonName;
}

export interface RelaysPlan {
  readonly seed: number;
  readonly messages: number;
  readonly kills: readonly Kill[];
  readonly moves: readonly Move[];
}

export interface RelaysSize {
  readonly messages: number;
  /** Messages between two kills, on average. */
  readonly every: number;
}

const LONGEST_MOMENT = 80;
const LONGEST_AWAY = 1_500;
/** Most are over soon, as a restart by a supervisor is. */
const SHORT_AWAY = 300;
/** One in so many kills comes together with another. */
const TOGETHER = 0.2;
/** One in so many comes with a move. */
const MOVING = 0.3;

/** What a seed says: everybody is a victim in turn, in an order that changes. */
export function planRelays(seed: number, { messages, every }: RelaysSize): RelaysPlan {
  const random = createSeededRandom(seed);
  const kills: Kill[] = [];
  const moves: Move[] = [];
  let order: Victim[] = [];
  for (let after = random.integer(every); after < messages; after += 1 + random.integer(2 * every)) {
    do {
      if (order.length === 0) order = shuffled(VICTIMS, random);
      const longest = random.chance(0.7) ? SHORT_AWAY : LONGEST_AWAY;
      const away = random.integer(longest);
      kills.push({ after, moment: random.integer(LONGEST_MOMENT), victim: order.pop() as Victim, away });
    } while (random.chance(TOGETHER));
    if (!random.chance(MOVING)) continue;
    moves.push({ after, moment: random.integer(LONGEST_MOMENT), person: random.pick(PEOPLE) });
  }
  return { seed, messages, kills, moves };
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random.integer(left.length), 1)[0] as Item);
}
