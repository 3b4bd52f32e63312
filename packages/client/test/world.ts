import { formatNetwork } from '@sotto/identity';
import {
  createFakeClock,
  createSeededRandom,
  type FakeClock,
  quiet,
  type SeededRandom,
} from '@sotto/testkit';
import { expect } from 'vitest';
import type { Client, ClientEvent, Road } from '../src/index.ts';
import { createClient } from '../src/index.ts';
import {
  createMemoryNetwork,
  createMemoryOnion,
  createMemoryStore,
  createPlainRatchetEngine,
  type MemoryNetwork,
  type MemoryOnion,
  type MemoryStore,
} from '../src/testing.ts';

export const NETWORK = formatNetwork({ relay: { url: 'https://relay.example' } });

/** A client with all that is around it. */
export interface Person {
  client: Client;
  store: MemoryStore;
  readonly events: ClientEvent[];
  readonly account: string;
  /** The process is gone; what it still tries fails. */
  die(): void;
  /** Start another process on what the disk has. */
  rise(): Promise<void>;
  dead: boolean;
}

/** A client in a process of its own. */
export interface Process {
  readonly client: Client;
  end(): void;
}

/** What is unusual about a process. */
interface How {
  /** Put something before its road. */
  readonly pave?: (road: Road) => Road;
  /** Its clock is so many milliseconds ahead. */
  readonly skew?: number;
}

export interface World {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** The relay. */
  readonly network: MemoryNetwork;
  /** The storage nodes; clients know them only in a world `withOnion`. */
  readonly onion: MemoryOnion;
  join(name: string, request?: { readonly onionOnly?: boolean }): Promise<Person>;
  build(store: MemoryStore, events: ClientEvent[], how?: How): Process;
  /** Let so much time pass, in small steps. */
  pass(milliseconds: number): Promise<void>;
}

export function createWorld(seed: number, { withOnion = false } = {}): World {
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const network = createMemoryNetwork({ clock, random: random.bytes });
  const onion = createMemoryOnion({ clock, random: random.bytes });

  function build(store: MemoryStore, events: ClientEvent[], how: How = {}): Process {
    const { pave = (road) => road, skew = 0 } = how;
    let dead = false;
    const client = createClient({
      store,
      engine: createPlainRatchetEngine(random.bytes),
      makeRoads: ({ relay }) => [
        ...(withOnion ? [onion.makeRoad()] : []),
        ...(relay === undefined ? [] : [pave(network.makeRoad())]),
      ],
      // The timers of a process end with it.
      clock: {
        now: () => clock.now() + skew,
        after: (milliseconds, callback) =>
          dead ? () => undefined : clock.after(milliseconds, () => (dead ? undefined : callback())),
      },
      random: random.bytes,
    });
    client.subscribe((event) => events.push(event));
    const end = () => {
      dead = true;
    };
    return { client, end };
  }

  return {
    clock,
    random,
    network,
    onion,
    build,
    async join(name, request = {}) {
      const store = createMemoryStore();
      const events: ClientEvent[] = [];
      let process = build(store, events);
      const { client } = process;
      await client.start();
      let waiting = true;
      const making = client.createAccount({ name, network: NETWORK, ...request }).finally(() => {
        waiting = false;
      });
      for (await quiet(); waiting; ) await clock.advance(1_000);
      const made = await making;
      if (made.outcome !== 'created') throw new Error(`not created: ${made.outcome}`);
      const person: Person = {
        client,
        store,
        events,
        account: made.account.account,
        dead: false,
        die() {
          network.kill(person.account);
          onion.kill(person.account);
          process.end();
          person.store = person.store.crash();
          person.dead = true;
        },
        async rise() {
          person.dead = false;
          process = build(person.store, events);
          person.client = process.client;
          await person.client.start();
        },
      };
      await clock.advance(10);
      return person;
    },
    pass: (milliseconds) => clock.advance(milliseconds),
  };
}

/** Texts of a chat, oldest first, as a screen shows them. */
export async function texts(person: Person, other: Person): Promise<string[]> {
  const rows = await person.client.messages(other.account, { limit: 200 });
  return rows
    .toReversed()
    .filter(({ direction }) => direction === 'in')
    .map(({ kind, text }) => (kind === 'gap' ? `(${text} missing)` : text));
}

/** Write and expect it to be on disk. */
export async function write(from: Person, to: Person, text: string) {
  const outcome = await from.client.send({ to: to.account, text });
  expect(outcome.outcome).toBe('written');
  if (outcome.outcome !== 'written') throw new Error(outcome.outcome);
  return outcome.message;
}

/** Two people who have accepted each other. */
export async function makeFriends(world: World): Promise<{ alice: Person; bob: Person }> {
  const alice = await world.join('Alice');
  const bob = await world.join('Bob');
  await bob.client.addContact(alice.account);
  await write(alice, bob, 'hello');
  await world.pass(100);
  await write(bob, alice, 'hello back');
  await world.pass(30_000);
  return { alice, bob };
}

/** Somebody with an empty profile; as a person they have the account given. */
export function newcomer(world: World, account = ''): { client: Client; store: MemoryStore; person: Person } {
  const store = createMemoryStore();
  const events: ClientEvent[] = [];
  const { client } = world.build(store, events);
  void client.start();
  const person: Person = {
    client,
    store,
    events,
    account,
    dead: false,
    die: () => world.network.kill(account),
    rise: () => client.start(),
  };
  return { client, store, person };
}

/** As if they had joined a network that has no storage nodes. */
export async function leaveOnion(world: World, person: Person): Promise<void> {
  const own = await person.store.account();
  if (own?.credentials.relay === undefined) throw new Error('not at the relay');
  person.die();
  const { seed: _, ...state } = { ...own, credentials: { relay: own.credentials.relay } };
  await person.store.commit([{ kind: 'put-account', state }]);
  world.onion.records.delete(person.account);
  await person.rise();
}
