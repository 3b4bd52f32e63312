import { randomInt } from 'node:crypto';
import { type Client, createClient } from '@sotto/client';
import { createMemoryNetwork, createMemoryStore, type MemoryStore } from '@sotto/client/testing';
import { formatNetwork } from '@sotto/identity';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { createFakeClock, createSeededRandom, quiet } from '@sotto/testkit';
import { expect, it } from 'vitest';

const NETWORK = formatNetwork({ relay: { url: 'https://relay.example' } });
const MESSAGES = 200;
/** Steps of half a second of the clock until everything must have arrived. */
const PATIENCE = 2_000;

/** A client of which only the disk survives. */
interface Person {
  client: Client;
  store: MemoryStore;
  readonly account: string;
  readonly sent: string[];
  crash(): Promise<void>;
}

/** Everybody in one process: libsignal is real, the road, the disks and the clock are not. */
function createStage(seed: number) {
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const network = createMemoryNetwork({ clock, random: random.bytes });
  let raging = false;
  network.duplicates = 30;
  network.fate = () => {
    if (!raging) return 'arrives';
    if (random.chance(0.1)) return 'lost';
    return random.chance(0.1) ? 'answer-lost' : 'arrives';
  };

  function begin(store: MemoryStore): { client: Client; end: () => void } {
    let dead = false;
    const client = createClient({
      store,
      engine: libsignalEngine,
      makeRoads: () => [network.makeRoad()],
      clock: {
        now: clock.now,
        after: (milliseconds, callback) => clock.after(milliseconds, () => (dead ? undefined : callback())),
      },
      random: random.bytes,
    });
    return {
      client,
      end: () => {
        dead = true;
      },
    };
  }

  async function until(done: () => Promise<boolean>, what: string): Promise<void> {
    for (let step = 0; step < PATIENCE; step++) {
      if (await done()) return;
      await clock.advance(500);
    }
    throw new Error(`${what} did not come about, seed ${seed}`);
  }

  async function join(name: string): Promise<Person> {
    const store = createMemoryStore();
    let process = begin(store);
    await process.client.start();
    let waiting = true;
    const making = process.client.createAccount({ name, network: NETWORK }).finally(() => {
      waiting = false;
    });
    await until(async () => !waiting, 'an account');
    const made = await making;
    if (made.outcome !== 'created') throw new Error(made.outcome);
    const person: Person = {
      client: process.client,
      store,
      account: made.account.account,
      sent: [],
      async crash() {
        network.kill(person.account);
        process.end();
        person.store = person.store.crash();
        process = begin(person.store);
        person.client = process.client;
        await person.client.start();
      },
    };
    return person;
  }

  return {
    clock,
    random,
    join,
    until,
    rage(on: boolean) {
      raging = on;
    },
  };
}

async function texts(of: Person, chat: Person, direction: 'in' | 'out'): Promise<string[]> {
  const found: string[] = [];
  for (let before: number | undefined; ; ) {
    const page = await of.client.messages(chat.account, {
      limit: 200,
      ...(before === undefined ? {} : { before }),
    });
    const last = page.at(-1);
    if (last === undefined) return found.toReversed();
    found.push(
      ...page.filter((row) => row.direction === direction && row.kind === 'text').map(({ text }) => text),
    );
    before = last.sequence;
  }
}

it('carries two hundred messages once and in order with the real ratchet, whoever crashes when', async () => {
  const seed = Number(process.env['SOTTO_TEST_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`real-engine: SOTTO_TEST_SEED=${seed}\n`);
  const stage = createStage(seed);
  const { random } = stage;
  const alice = await stage.join('Alice');
  const bob = await stage.join('Bob');
  const pairs = [[alice, bob] as const, [bob, alice] as const];
  for (const [one, other] of pairs) await one.client.addContact(other.account);

  stage.rage(true);
  for (let count = 0; count < MESSAGES; count++) {
    const [from, to] = random.pick(pairs);
    const written = await from.client.send({ to: to.account, text: `${count}` });
    expect(written.outcome, `seed ${seed}`).toBe('written');
    from.sent.push(`${count}`);
    if (random.chance(0.5)) await stage.clock.advance(random.integer(2_000));
    // In the middle of whatever it is doing just now.
    for (let turns = random.integer(4); turns > 0; turns--) await quiet();
    if (random.chance(0.08)) await random.pick([alice, bob]).crash();
  }
  stage.rage(false);
  await stage.until(async () => {
    const left = await Promise.all(pairs.map(async ([one]) => (await one.client.status()).queued));
    const shown = await Promise.all(pairs.map(([from, to]) => texts(to, from, 'in')));
    return left.every((count) => count === 0) && shown.flat().length >= MESSAGES;
  }, 'the last message');
  await stage.clock.advance(60_000);

  for (const [from, to] of pairs) {
    expect(await texts(to, from, 'in'), `seed ${seed}`).toEqual(from.sent);
    expect(await texts(from, to, 'out'), `seed ${seed}`).toEqual(from.sent);
  }
});

it('reads a stranger again whose request was deleted, and one who was blocked and unblocked', async () => {
  const stage = createStage(1);
  const alice = await stage.join('Alice');
  const bob = await stage.join('Bob');
  const write = async (text: string) => {
    await alice.client.send({ to: bob.account, text });
    await stage.until(async () => (await alice.client.status()).queued === 0, text);
    await stage.clock.advance(1_000);
    return texts(bob, alice, 'in');
  };
  expect(await write('one')).toEqual(['one']);
  await bob.client.deleteContact(alice.account);
  // Alice has no answer, so she goes on in the session that her first message began.
  expect(await write('two')).toEqual(['two']);
  await bob.client.block(alice.account);
  expect(await write('three')).toEqual(['two']);
  await bob.client.unblock(alice.account);
  expect(await write('four')).toEqual(['two', 'four']);
  expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request' });
});
