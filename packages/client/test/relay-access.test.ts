import { describe, expect, it } from 'vitest';
import type { Asked } from '../src/testing.ts';
import {
  createWorld,
  makeFriends,
  NETWORK,
  newcomer,
  type Person,
  texts,
  type World,
  write,
} from './world.ts';

/** Requests that must not say who asks. */
const ANONYMOUS: readonly Asked['operation'][] = ['fetch-record', 'fetch-pre-keys', 'deliver'];

/** What somebody has asked of the relay since so many requests. */
function asked(world: World, by: Person, since = 0): readonly Asked[] {
  const all = world.network.asked.slice(since).filter((one) => one.by === by.account);
  return all.filter(({ operation }) => ANONYMOUS.includes(operation));
}

async function reach(person: Person, relayAccess: 'direct' | 'onion'): Promise<void> {
  expect(await person.client.changePreferences({ relayAccess })).toMatchObject({
    outcome: 'changed',
    preferences: { relayAccess },
  });
}

describe('relay access', () => {
  it('is direct at first; chosen otherwise it holds at once, for all that must not say who asks', async () => {
    const world = createWorld(401, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    expect(asked(world, alice).some(({ operation }) => operation === 'deliver')).toBe(true);
    expect(asked(world, alice).filter(({ afar }) => afar)).toEqual([]);

    await reach(alice, 'onion');
    const since = world.network.asked.length;
    const carol = await world.join('Carol');
    const [toBob, toCarol] = [
      await write(alice, bob, 'to a contact'),
      await write(alice, carol, 'to a stranger'),
    ];
    await write(carol, alice, 'from a stranger');
    await world.pass(30_000);
    for (const id of [toBob, toCarol]) {
      expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'relay' });
    }
    expect(await texts(bob, alice)).toContain('to a contact');
    const now = asked(world, alice, since);
    expect(new Set(now.map(({ operation }) => operation))).toEqual(new Set(ANONYMOUS));
    expect(now.filter(({ afar }) => afar !== true)).toEqual([]);
    expect(asked(world, bob, since).filter(({ afar }) => afar)).toEqual([]);

    await reach(alice, 'direct');
    const after = world.network.asked.length;
    await write(alice, bob, 'the fast way again');
    await world.pass(1_000);
    expect(asked(world, alice, after).map(({ afar }) => afar)).toContain(undefined);
    expect(asked(world, alice, after).filter(({ afar }) => afar)).toEqual([]);
  });

  it('is kept over a restart, and holds before anything is asked', async () => {
    const world = createWorld(402, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await reach(alice, 'onion');
    alice.die();
    await write(bob, alice, 'while you were away');
    await world.pass(5_000);
    const since = world.network.asked.length;
    await alice.rise();
    await write(alice, bob, 'back');
    await world.pass(3 * 24 * 60 * 60_000);
    expect(await alice.client.preferences()).toMatchObject({ relayAccess: 'onion' });
    expect(await texts(bob, alice)).toContain('back');
    const now = asked(world, alice, since);
    expect(now.length).toBeGreaterThan(2);
    expect(now.filter(({ afar }) => afar !== true)).toEqual([]);
  });

  it('of a relay that cannot be reached so sends by the onion road, and blames the relay for nothing', async () => {
    const world = createWorld(403, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await reach(alice, 'onion');
    world.network.fate = (operation) => (ANONYMOUS.includes(operation) ? 'silent' : 'arrives');
    const first = await write(alice, bob, 'after five seconds');
    await world.pass(6_000);
    expect(await alice.client.message(first)).toMatchObject({ state: 'sent', road: 'onion' });
    const second = await write(alice, bob, 'at once');
    await world.pass(1_000);
    expect(await alice.client.message(second)).toMatchObject({ state: 'sent', road: 'onion' });
    expect((await alice.client.status()).roads).toMatchObject([
      { road: 'relay', state: 'up', health: 'healthy' },
      { road: 'onion', state: 'up' },
    ]);
    expect(asked(world, alice).filter(({ operation, afar }) => operation === 'deliver' && afar)).toHaveLength(
      1,
    );
  });

  it('lets a chat that is bound to the relay wait for the onion network', async () => {
    const world = createWorld(404, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await reach(alice, 'onion');
    await alice.client.setRoad(bob.account, 'relay');
    await world.pass(1_000);
    world.network.fate = (operation) => (ANONYMOUS.includes(operation) ? 'lost' : 'arrives');
    const since = world.network.asked.length;
    const id = await write(alice, bob, 'in a while');
    await world.pass(60_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued' });
    const trouble = async () => {
      const waiting = alice.client.waitForCarried(id, 10);
      await world.pass(20);
      const carried = await waiting;
      return carried.outcome === 'known' ? carried.problem : carried.outcome;
    };
    expect(await trouble()).toBeUndefined();
    world.onion.setDown(true);
    await world.pass(1_000);
    expect(await trouble()).toBe('relay-behind-onion');
    world.onion.setDown(false);
    world.network.fate = () => 'arrives';
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'relay' });
    expect(asked(world, alice, since).filter(({ afar }) => afar !== true)).toEqual([]);
  });

  it('opens a stranger’s message by the record in their swarm when the relay is out of reach', async () => {
    const world = createWorld(405, { withOnion: true });
    const { alice } = await makeFriends(world);
    const carol = await world.join('Carol');
    await reach(alice, 'onion');
    alice.die();
    await carol.client.send({ to: alice.account, text: 'may I?', road: 'relay' });
    await world.pass(5_000);
    world.network.fate = (operation) => (operation === 'fetch-record' ? 'lost' : 'arrives');
    await alice.rise();
    await world.pass(30_000);
    expect(await texts(alice, carol)).toEqual(['may I?']);
  });

  it('tells nobody of typing: its rhythm would go through the network', async () => {
    const world = createWorld(406, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    for (const { client } of [alice, bob]) await client.changePreferences({ typing: true });
    const fleeting = () => world.network.delivered.filter((one) => one.fleeting).length;
    await alice.client.tellTyping(bob.account, true);
    expect(fleeting()).toBe(1);
    await world.pass(30_000);
    await reach(alice, 'onion');
    await alice.client.tellTyping(bob.account, true);
    await world.pass(1_000);
    expect(fleeting()).toBe(1);
  });

  it('needs a network with storage nodes, and begins anew with each account', async () => {
    const { alice } = await makeFriends(createWorld(407));
    expect(await alice.client.changePreferences({ relayAccess: 'onion', typing: true })).toEqual({
      outcome: 'no-onion',
    });
    expect(await alice.client.preferences()).toMatchObject({ relayAccess: 'direct', typing: false });
    const world = createWorld(408, { withOnion: true });
    const { client, store } = newcomer(world);
    expect(await client.changePreferences({ relayAccess: 'onion' })).toEqual({ outcome: 'no-onion' });
    const earlier = { readReceipts: true, typing: false, relayAccess: 'onion', screen: '' } as const;
    await store.commit([{ kind: 'put-preferences', preferences: earlier }]);
    const making = client.createAccount({ name: 'Dora', network: NETWORK });
    await world.pass(20_000);
    expect(await making).toMatchObject({ outcome: 'created' });
    expect(await client.preferences()).toEqual({ ...earlier, relayAccess: 'direct' });
  });
});
