import { describe, expect, it } from 'vitest';
import type { Road } from '../src/index.ts';
import { createWorld, makeFriends, type Person, texts, write } from './world.ts';

describe('a text that is written while the one before it is being finished', () => {
  it('leaves as well, at whatever moment it is written', async () => {
    const stuck: number[] = [];
    for (let moment = 0; moment < 60; moment++) {
      const world = createWorld(901);
      const { alice, bob } = await makeFriends(world);
      const carol = await world.join('Carol');
      await alice.client.addContact(carol.account);
      await write(alice, bob, 'first');
      for (let turn = 0; turn < moment; turn++) await undefined;
      await Promise.all([
        alice.client.send({ to: carol.account, text: 'x' }),
        alice.client.send({ to: bob.account, text: 'second' }),
      ]);
      await world.pass(1_000);
      if ((await alice.store.outbox()).length > 0) stuck.push(moment);
    }
    expect(stuck).toEqual([]);
  });
});

describe('what waits in front of a chat', () => {
  it('goes on when a new message chooses another road', async () => {
    const world = createWorld(1, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await alice.client.send({ to: bob.account, text: 'one', road: 'relay' });
    await world.pass(20_000);
    await alice.client.send({ to: bob.account, text: 'two', road: 'onion' });
    await world.pass(1_000);
    expect((await texts(bob, alice)).slice(-2)).toEqual(['one', 'two']);
  });

  it('is out of the way when its contact was deleted or blocked', async () => {
    const world = createWorld(2, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    for (const forget of ['delete', 'block'] as const) {
      await alice.client.send({ to: bob.account, text: 'never mind', road: 'relay' });
      await world.pass(20_000);
      if (forget === 'delete') await alice.client.deleteContact(bob.account);
      else {
        await alice.client.block(bob.account);
        await alice.client.unblock(bob.account);
      }
      const sent = await alice.client.send({ to: bob.account, text: forget, road: 'auto' });
      await world.pass(1_000);
      expect(sent).toMatchObject({ outcome: 'written' });
      if (sent.outcome !== 'written') return;
      expect(await alice.client.message(sent.message)).toMatchObject({ state: 'sent', road: 'onion' });
    }
  });

  it('goes by the other road when the relay is only busy', async () => {
    const world = createWorld(3, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    alice.die();
    const busy = (road: Road): Road => ({
      ...road,
      deliver: async () => ({ outcome: 'busy', retryAfter: 600_000 }),
    });
    const { client } = world.build(alice.store, alice.events, { pave: busy });
    alice.client = client;
    await client.start();
    await world.pass(1_000);
    const id = await write(alice, bob, 'now, please');
    await world.pass(1_000);
    expect(await client.message(id)).toMatchObject({ state: 'sent', road: 'onion' });
  });
});

describe('one chat beside others', () => {
  it('does not hold them up while the strict ones wait for three hops', async () => {
    const world = createWorld(4, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const many: Person[] = [];
    for (let count = 0; count < 8; count++) many.push(await world.join(`Somebody ${count}`));
    world.onion.fate = () => 'silent';
    for (const { account } of many) await alice.client.send({ to: account, text: 'slowly', road: 'onion' });
    await world.pass(10);
    const id = await write(alice, bob, 'quickly');
    await world.pass(1_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'relay' });
  });

  it('that is strict and fails makes nothing leave by the relay', async () => {
    const world = createWorld(5, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const carol = await world.join('Carol');
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(60_000);
    world.network.fate = (operation) =>
      operation === 'deliver' || operation === 'fetch-record' ? 'lost' : 'arrives';
    await alice.client.send({ to: carol.account, text: 'again and again', road: 'relay' });
    const asked = () => world.network.asked.filter(({ about }) => about === carol.account).length;
    await world.pass(10 * 60_000);
    // Right after an attempt: the next one is half a minute away at least.
    for (const before = asked(); asked() === before; ) await world.pass(100);
    const before = asked();
    world.onion.fate = (operation) => (operation === 'deliver' ? 'lost' : 'arrives');
    await write(alice, bob, 'by three hops only');
    await world.pass(15_000);
    expect((await alice.client.status()).roads).toContainEqual(
      expect.objectContaining({ road: 'onion', health: 'unhealthy' }),
    );
    expect(asked()).toBe(before);
  });

  it('is shown while strangers are looked up who cannot be found', async () => {
    const world = createWorld(6, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const strangers: Person[] = [];
    for (let count = 0; count < 10; count++) strangers.push(await world.join(`Stranger ${count}`));
    bob.die();
    for (const stranger of strangers) await write(stranger, bob, 'let me in');
    await world.pass(100);
    await write(alice, bob, 'a friend');
    await world.pass(100);
    const record = (operation: string) => (operation === 'fetch-record' ? 'silent' : 'arrives');
    world.network.fate = record;
    world.onion.fate = record;
    await bob.rise();
    await world.pass(3_000);
    expect((await texts(bob, alice)).at(-1)).toBe('a friend');
  });
});

describe('waiting for all that came', () => {
  it('does not wait for a relay that is dead', async () => {
    const world = createWorld(7, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    bob.die();
    world.network.setDown(true);
    await world.pass(6_000);
    await write(alice, bob, 'by the other road');
    await world.pass(1_000);
    await bob.rise();
    let settled = false;
    void bob.client.settled().then(() => {
      settled = true;
    });
    await world.pass(2_000);
    // It may be only just connecting.
    expect(settled).toBe(false);
    await world.pass(5_000);
    expect((await texts(bob, alice)).at(-1)).toBe('by the other road');
    expect(settled).toBe(true);
  });

  it('waits for the storage nodes, however long they take', async () => {
    const world = createWorld(8, { withOnion: true });
    const { bob } = await makeFriends(world);
    bob.die();
    world.onion.setDown(true);
    await bob.rise();
    let settled = false;
    void bob.client.settled().then(() => {
      settled = true;
    });
    await world.pass(60_000);
    expect(settled).toBe(false);
  });
});

describe('mail of a session that is gone', () => {
  it('is answered with a new session once, however often the program starts', async () => {
    const world = createWorld(9, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(6_000);
    bob.die();
    await write(alice, bob, 'lost');
    await world.pass(1_000);
    const box = [...world.onion.boxes].find(([name, mail]) => name.startsWith('contact') && mail.length > 0);
    const [envelope] = box?.[1].splice(0) ?? [];
    if (envelope === undefined) throw new Error('nothing was sent');
    // Nobody empties this one: each start finds it there again.
    world.onion.inject(`request ${bob.account}`, envelope.sealed);
    for (const key of await bob.store.ratchet.keys('session')) {
      await bob.store.commit([{ kind: 'ratchet', change: { table: 'session', key, value: null } }]);
    }
    const offers = () => world.onion.delivered.filter(({ to }) => to === alice.account).length;
    const before = offers();
    for (let start = 0; start < 4; start++) {
      await bob.rise();
      await world.pass(30_000);
      bob.die();
    }
    expect(offers() - before).toBe(1);
  });
});

describe('a chat that becomes strict in the middle of an attempt', () => {
  it('asks nothing more of the relay', async () => {
    const world = createWorld(10, { withOnion: true });
    const alice = await world.join('Alice');
    for (const slow of ['fetch-record', 'fetch-pre-keys'] as const) {
      let answer: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => {
        world.network.fate = (operation) => {
          if (operation !== slow) return 'arrives';
          resolve();
          return new Promise((arrives) => {
            answer = () => arrives('arrives');
          });
        };
      });
      const carol = await world.join(`Carol who waits for ${slow}`);
      await alice.client.send({ to: carol.account, text: 'wait' });
      await asked;
      await alice.client.setRoad(carol.account, 'onion');
      world.network.asked.length = 0;
      world.network.fate = () => 'arrives';
      answer();
      await world.pass(1_000);
      expect(world.network.asked.filter(({ about }) => about === carol.account)).toEqual([]);
      expect(await texts(carol, alice)).toEqual(['wait']);
    }
  });
});

describe('what a blocked contact wants', () => {
  it('binds when it is unblocked', async () => {
    const world = createWorld(11, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await bob.client.block(alice.account);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    await bob.client.unblock(alice.account);
    expect(await bob.client.contact(alice.account)).toMatchObject({ effectiveRoad: 'onion' });
  });
});
