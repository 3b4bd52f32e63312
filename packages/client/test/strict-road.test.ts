import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createWorld,
  leaveOnion,
  makeFriends,
  NETWORK,
  newcomer,
  type Person,
  texts,
  type World,
  write,
} from './world.ts';

const DAY = 24 * 3_600_000;

/** Requests to the relay that say whom a chat is with. */
function relayHeard(world: World, one: Person, other: Person) {
  const pair = [one.account, other.account];
  return world.network.asked.filter(
    ({ by, about }) => about !== undefined && about !== by && pair.includes(about) && pair.includes(by ?? ''),
  );
}

async function loseSessions(person: Person): Promise<void> {
  for (const key of await person.store.ratchet.keys('session')) {
    await person.store.commit([{ kind: 'ratchet', change: { table: 'session', key, value: null } }]);
  }
}

/** Two people whose chat one of them has made strict; what the relay heard before is forgotten. */
async function strictFriends(seed: number): Promise<{ world: World; alice: Person; bob: Person }> {
  const world = createWorld(seed, { withOnion: true });
  const { alice, bob } = await makeFriends(world);
  await alice.client.setRoad(bob.account, 'onion');
  await world.pass(1_000);
  world.network.asked.length = 0;
  return { world, alice, bob };
}

describe('a strict chat', () => {
  it('is told to the other side at once, which obeys, and is told when it is over', async () => {
    const { world, alice, bob } = await strictFriends(1);
    expect(await bob.client.contact(alice.account)).toMatchObject({
      road: 'auto',
      effectiveRoad: 'onion',
      roadBecause: 'theirs',
    });
    expect(await alice.client.contact(bob.account)).toMatchObject({
      effectiveRoad: 'onion',
      roadBecause: 'yours',
    });
    expect(bob.events).toContainEqual(
      expect.objectContaining({
        event: 'contact',
        contact: expect.objectContaining({ effectiveRoad: 'onion' }),
      }),
    );
    const there = await write(bob, alice, 'obeyed');
    const back = await write(alice, bob, 'meant');
    await world.pass(60_000);
    expect(await bob.client.message(there)).toMatchObject({ state: 'delivered', road: 'onion' });
    expect(await alice.client.message(back)).toMatchObject({ state: 'delivered', road: 'onion' });
    expect(relayHeard(world, alice, bob)).toEqual([]);

    await alice.client.setRoad(bob.account, 'auto');
    await world.pass(1_000);
    expect(await bob.client.contact(alice.account)).toMatchObject({ effectiveRoad: 'auto' });
    const free = await write(bob, alice, 'free again');
    await world.pass(100);
    expect(await bob.client.message(free)).toMatchObject({ road: 'relay' });
  });

  it('stays strict while either side wants it, whoever began', async () => {
    const { world, alice, bob } = await strictFriends(2);
    await bob.client.setRoad(alice.account, 'onion');
    await world.pass(1_000);
    await alice.client.setRoad(bob.account, 'relay');
    await world.pass(1_000);
    for (const [one, other] of [[alice, bob] as const, [bob, alice] as const]) {
      expect(await one.client.contact(other.account)).toMatchObject({ effectiveRoad: 'onion' });
      await write(one, other, 'bound');
    }
    await world.pass(60_000);
    expect(relayHeard(world, alice, bob)).toEqual([]);
  });

  it('waits for its road and takes no other, for keys, records, receipts and new sessions', async () => {
    const { world, alice, bob } = await strictFriends(3);
    world.onion.setDown(true);
    const id = await write(alice, bob, 'patience');
    await world.pass(2 * DAY);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    expect(relayHeard(world, alice, bob)).toEqual([]);
    await loseSessions(bob);
    world.onion.setDown(false);
    await world.pass(60_000);
    await write(alice, bob, 'the session is new');
    await write(bob, alice, 'here, too');
    await world.pass(120_000);
    expect((await texts(bob, alice)).at(-1)).toBe('the session is new');
    expect((await texts(alice, bob)).at(-1)).toBe('here, too');
    expect(relayHeard(world, alice, bob)).toEqual([]);
  });

  it('can begin as one, between people who have never met', async () => {
    const world = createWorld(4, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await alice.client.send({ to: bob.account, text: 'strictly', road: 'onion' });
    await world.pass(1_000);
    expect(await texts(bob, alice)).toEqual(['strictly']);
    await bob.client.acceptRequest(alice.account);
    await world.pass(60_000);
    await write(bob, alice, 'agreed');
    await world.pass(60_000);
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'accepted' });
    expect(await texts(alice, bob)).toEqual(['agreed']);
    expect(relayHeard(world, alice, bob)).toEqual([]);
  });

  it('looks up a new device of its other side by its own road, whichever that device wrote by', async () => {
    const { world, alice, bob } = await strictFriends(7);
    await bob.client.setRoad(alice.account, 'onion');
    await world.pass(1_000);
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    alice.die();
    const next = newcomer(world, alice.account);
    const restoring = next.client.restoreAccount({ words, name: 'Alice', network: NETWORK });
    await world.pass(20_000);
    expect(await restoring).toMatchObject({ outcome: 'restored' });
    world.onion.setDown(true);
    // With the words comes no memory of what was agreed.
    const id = await write(next.person, bob, 'a new phone');
    await world.pass(60_000);
    expect(await next.client.message(id)).toMatchObject({ state: 'sent', road: 'relay' });
    expect((await texts(bob, alice)).at(-1)).not.toBe('a new phone');
    world.onion.setDown(false);
    await world.pass(120_000);
    expect((await texts(bob, alice)).at(-1)).toBe('a new phone');
    const byBob = relayHeard(world, alice, bob).filter(({ by }) => by === bob.account);
    expect(byBob).toEqual([]);
    expect(world.onion.asked).toContainEqual({
      operation: 'fetch-record',
      by: bob.account,
      about: alice.account,
    });
  });

  it('that becomes strict while one road is silent goes on by no other', async () => {
    const world = createWorld(8, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(6_000);
    world.network.setDown(false);
    await world.pass(5_000);
    world.onion.fate = (operation) => (operation === 'deliver' ? 'silent' : 'arrives');
    const id = await write(alice, bob, 'which way?');
    await world.pass(10_000);
    await alice.client.setRoad(bob.account, 'onion');
    world.network.asked.length = 0;
    await world.pass(300_000);
    expect(relayHeard(world, alice, bob)).toEqual([]);
    world.onion.fate = () => 'arrives';
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'onion' });
  });

  it('sends nothing from an account that is not on the onion road, and says why', async () => {
    const { world, alice, bob } = await strictFriends(5);
    await leaveOnion(world, bob);
    const id = await write(bob, alice, 'I cannot');
    await world.pass(60_000);
    expect(await bob.client.message(id)).toMatchObject({
      state: 'queued',
      problem: 'no-onion-for-theirs',
    });
    expect(relayHeard(world, alice, bob)).toEqual([]);
  });

  it('is not loosened by an older wish that comes late by the other road', async () => {
    const world = createWorld(6, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    bob.die();
    await write(alice, bob, 'freely');
    await world.pass(100);
    const kept = world.network.accounts.get(bob.account);
    const waiting = kept?.queue.splice(0) ?? [];
    expect(waiting).toHaveLength(1);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    await bob.rise();
    await world.pass(1_000);
    expect(await bob.client.contact(alice.account)).toMatchObject({ effectiveRoad: 'onion' });
    for (const { sealed } of waiting) world.network.inject(bob.account, sealed);
    await world.pass(1_000);
    expect((await texts(bob, alice)).at(-1)).toBe('freely');
    expect(await bob.client.contact(alice.account)).toMatchObject({ effectiveRoad: 'onion' });
  });

  it('tells the relay nothing, whatever happens in whatever order', async () => {
    const operations = [
      'write',
      'answer',
      'onion',
      'relay',
      'restart',
      'session',
      'record',
      'pass',
      'wish',
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.tuple(fc.constantFrom(...operations), fc.integer({ min: 0, max: 70_000 })), {
          maxLength: 14,
        }),
        async (seed, steps) => {
          const { world, alice, bob } = await strictFriends(seed);
          let onionDown = false;
          let relayDown = false;
          for (const [index, [operation, pause]] of steps.entries()) {
            if (operation === 'write') await write(alice, bob, `a${index}`);
            else if (operation === 'answer') await write(bob, alice, `b${index}`);
            else if (operation === 'onion') {
              onionDown = !onionDown;
              world.onion.setDown(onionDown);
            } else if (operation === 'relay') {
              relayDown = !relayDown;
              world.network.setDown(relayDown);
            } else if (operation === 'restart') {
              bob.die();
              await world.pass(pause);
              await bob.rise();
            } else if (operation === 'session') await loseSessions(bob);
            else if (operation === 'record') await world.pass(DAY + pause);
            else if (operation === 'wish')
              await bob.client.setRoad(alice.account, pause % 2 ? 'relay' : 'auto');
            await world.pass(pause);
            expect(relayHeard(world, alice, bob)).toEqual([]);
          }
          world.onion.setDown(false);
          await world.pass(180_000);
          expect(relayHeard(world, alice, bob)).toEqual([]);
          expect(await alice.store.outbox()).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});
