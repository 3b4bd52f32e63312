import { createScheduler, quiet } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageId } from '../src/index.ts';
import { createWorld, type Person, type World } from './world.ts';

/** How bad it gets, each 0 to 1 per occasion. */
interface Weather {
  readonly lost: number;
  readonly answerLost: number;
  readonly commitFails: number;
  readonly dies: number;
  readonly garbage: number;
}

interface Storm {
  readonly world: World;
  readonly people: readonly [Person, Person];
  readonly stranger: Person;
  readonly written: { from: Person; to: Person; text: string; id: MessageId }[];
}

/** Two contacts and a stranger write while requests are lost, commits fail and processes die at any step. */
async function storm(seed: number, weather: Weather, actions: number): Promise<Storm> {
  const world = createWorld(seed);
  const { random, network, clock } = world;
  const alice = await world.join('Alice');
  const bob = await world.join('Bob');
  const stranger = await world.join('Mallory');
  for (const [one, other] of [[alice, bob] as const, [bob, alice] as const]) {
    await one.client.addContact(other.account);
  }
  const scheduler = createScheduler(random);
  let raging = true;
  network.duplicates = 30;
  network.fate = async () => {
    if (!raging) return 'arrives';
    await scheduler.point();
    if (random.chance(weather.lost)) return 'lost';
    return random.chance(weather.answerLost) ? 'answer-lost' : 'arrives';
  };
  const haunt = (person: Person) => {
    person.store.beforeCommit = async () => {
      if (!raging) return;
      await scheduler.point();
      if (!person.dead && random.chance(weather.dies)) person.die();
      if (random.chance(weather.commitFails)) throw new Error('the disk has failed once');
    };
    person.store.afterCommit = () => {
      if (raging && !person.dead && random.chance(weather.dies)) person.die();
    };
  };
  const everybody = [alice, bob, stranger];
  for (const person of everybody) haunt(person);
  const written: Storm['written'] = [];
  const sending: Promise<void>[] = [];
  let count = 0;

  function send(from: Person, to: Person): void {
    const text = `${from === alice ? 'a' : from === bob ? 'b' : 'm'}${count++}`;
    const done = from.client.send({ to: to.account, text }).then(
      (outcome) => {
        if (outcome.outcome === 'written') written.push({ from, to, text, id: outcome.message });
      },
      () => undefined,
    );
    sending.push(done);
  }

  async function riseAll(): Promise<void> {
    for (const person of everybody) {
      if (!person.dead) continue;
      haunt(person);
      await person.rise();
    }
  }

  for (let action = 0; action < actions; action++) {
    const [from, to] = random.pick([[alice, bob] as const, [bob, alice] as const, [stranger, bob] as const]);
    if (!from.dead) send(from, to);
    if (random.chance(weather.garbage)) {
      const mail = network.accounts.get(bob.account)?.queue ?? [];
      const old = mail.length > 0 && random.chance(0.7) ? random.pick(mail).sealed : random.bytes(2_560);
      network.inject(bob.account, old);
    }
    await scheduler.run({ limit: random.integer(40) });
    await clock.advance(random.integer(1_500));
    if (random.chance(0.5)) await riseAll();
  }
  raging = false;
  network.fate = () => 'arrives';
  scheduler.release();
  await quiet();
  await riseAll();
  for (let pause = 0; pause < 40; pause++) await clock.advance(10_000);
  await Promise.all(sending);
  return { world, people: [alice, bob], stranger, written };
}

async function received(by: Person, from: Person): Promise<string[]> {
  const rows = await by.client.messages(from.account, { limit: 200 });
  return rows
    .toReversed()
    .filter(({ direction, kind }) => direction === 'in' && kind === 'text')
    .map(({ text }) => text);
}

async function check({ world, people, stranger, written }: Storm): Promise<void> {
  const [alice, bob] = people;
  for (const [from, to] of [[alice, bob] as const, [bob, alice] as const, [stranger, bob] as const]) {
    const shown = await received(to, from);
    const own = (await from.client.messages(to.account, { limit: 200 }))
      .filter(({ direction }) => direction === 'out')
      .toReversed();
    // What the sender's disk holds is what the other side shows: once, in order, nothing lost, nothing else.
    expect(shown).toEqual(own.map(({ text }) => text));
    for (const message of written.filter((each) => each.from === from && each.to === to)) {
      expect(shown).toContain(message.text);
    }
    expect(own.every(({ state }) => state === 'sent' || state === 'delivered')).toBe(true);
    expect((await from.client.status()).queued).toBe(0);
  }
  // The stranger was never accepted: nothing may have gone back.
  expect(world.network.delivered.filter(({ to }) => to === stranger.account)).toEqual([]);
  for (const person of [alice, bob, stranger]) {
    const told = person.events.flatMap((event) =>
      event.event === 'message' && event.message.kind === 'text' ? [event.message.text] : [],
    );
    expect(new Set(told).size).toBe(told.length);
    expect(
      person.events.filter((event) => event.event === 'message' && event.message.kind === 'gap'),
    ).toEqual([]);
  }
}

const anyWeather = fc.record({
  lost: fc.constantFrom(0, 0.1, 0.3),
  answerLost: fc.constantFrom(0, 0.1, 0.3),
  commitFails: fc.constantFrom(0, 0.05, 0.2),
  dies: fc.constantFrom(0, 0.01, 0.04),
  garbage: fc.constantFrom(0, 0.3),
});

describe('a storm', () => {
  it('loses nothing, shows nothing twice and keeps the order, whatever fails at whichever step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyWeather, async (seed, weather) => {
        await check(await storm(seed, weather, 20));
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('is survived at its worst', async () => {
    await check(
      await storm(42, { lost: 0.3, answerLost: 0.3, commitFails: 0.2, dies: 0.05, garbage: 0.5 }, 80),
    );
  }, 60_000);
});
