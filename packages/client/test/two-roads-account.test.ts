import { formatNetwork, parseAccountId, parseNetwork, readRecord } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import type { Road } from '../src/index.ts';
import { createMemoryStore } from '../src/testing.ts';
import { createWorld, makeFriends, NETWORK, newcomer, texts, type World, write } from './world.ts';

const DAY = 24 * 3_600_000;
const withOnion = { withOnion: true };

function shown(world: World, account: string, by: 'relay' | 'onion') {
  const bytes =
    by === 'relay' ? world.network.accounts.get(account)?.record : world.onion.records.get(account);
  if (bytes === undefined) return undefined;
  const read = readRecord(bytes, parseAccountId(account));
  if (read.outcome !== 'read') throw new Error(read.outcome);
  return read.record;
}

/** Let time pass until something that was begun has ended. */
async function end<Result>(world: World, begun: Promise<Result>): Promise<Result> {
  let waiting = true;
  const ended = begun.finally(() => {
    waiting = false;
  });
  for (let step = 0; waiting && step < 100; step++) await world.pass(1_000);
  return ended;
}

describe('an account on two roads', () => {
  it('is taken in by both, and its record is the same on both', async () => {
    const world = createWorld(1, withOnion);
    const alice = await world.join('Alice');
    expect(await alice.client.showAccount()).toMatchObject({ roads: ['relay', 'onion'] });
    expect(world.onion.records.get(alice.account)).toEqual(world.network.accounts.get(alice.account)?.record);
    expect(await alice.client.status()).toMatchObject({ recordPending: false });
  });

  it('is made although its relay does not answer, and joins it when it does', async () => {
    const world = createWorld(2, withOnion);
    world.network.setDown(true);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    expect(await alice.client.showAccount()).toMatchObject({ roads: ['onion'] });
    await write(alice, bob, 'over three hops');
    await world.pass(1_000);
    expect(await texts(bob, alice)).toEqual(['over three hops']);
    world.network.setDown(false);
    await world.pass(61_000);
    expect(await alice.client.showAccount()).toMatchObject({ roads: ['relay', 'onion'] });
    await world.pass(1_000);
    expect((await alice.client.status()).roads).toMatchObject([
      { road: 'relay', state: 'up' },
      { road: 'onion', state: 'up' },
    ]);
    expect(shown(world, alice.account, 'relay')).toEqual(shown(world, alice.account, 'onion'));
  });

  it('leaves no record behind when upkeep looks while it is deleted', async () => {
    const world = createWorld(13, withOnion);
    const alice = await world.join('Alice');
    alice.die();
    let looked = 0;
    const pave = (road: Road): Road => ({
      ...road,
      leave: async () => {
        const left = await road.leave();
        // The record has gone, and this device does not know it yet.
        if (road.name === 'onion') await world.pass(2 * DAY);
        return left;
      },
      fetchRecord: (account) => {
        if (account === undefined || world.onion.records.has(alice.account)) return road.fetchRecord(account);
        looked++;
        return road.fetchRecord(account);
      },
    });
    alice.client = world.build(alice.store, alice.events, { pave }).client;
    await alice.client.start();
    expect(await alice.client.deleteAccount()).toEqual({ outcome: 'deleted' });
    expect(looked).toBeGreaterThan(0);
    expect(world.onion.records.has(alice.account)).toBe(false);
  });

  it('shows its record again when it could not be deleted', async () => {
    const world = createWorld(12, withOnion);
    const alice = await world.join('Alice');
    world.onion.fate = (operation) => (operation === 'leave' ? 'answer-lost' : 'arrives');
    expect(await alice.client.deleteAccount()).toEqual({ outcome: 'road-failed', road: 'onion' });
    expect(world.onion.records.has(alice.account)).toBe(false);
    await world.pass(2 * DAY);
    expect(world.onion.records.has(alice.account)).toBe(true);
  });

  it('stays on one road when the words are gone before the other answers', async () => {
    const world = createWorld(3, withOnion);
    world.network.setDown(true);
    const alice = await world.join('Alice');
    await alice.client.confirmPhraseSaved();
    world.network.setDown(false);
    await world.pass(2 * 3_600_000);
    expect(await alice.client.showAccount()).toMatchObject({ roads: ['onion'] });
  });

  it('is not made on one road behind the back of a relay that wants an invite, or is another', async () => {
    for (const refusal of [
      { outcome: 'needs-invite' },
      { outcome: 'unreachable', reason: 'wrong-key' },
    ] as const) {
      const world = createWorld(4, withOnion);
      const pave = (road: Road): Road => ({ ...road, enrol: async () => refusal });
      const { client } = world.build(createMemoryStore(), [], { pave });
      await client.start();
      const made = client.createAccount({ name: 'A', network: NETWORK });
      expect(await end(world, made)).toEqual(refusal);
      expect(await client.status()).toMatchObject({ account: 'incomplete' });
    }
  });

  it('publishes where it can, and what is pending follows the road that lacks it', async () => {
    const world = createWorld(5, withOnion);
    const alice = await world.join('Alice');
    world.network.fate = (operation) => (operation === 'publish-record' ? 'lost' : 'arrives');
    await world.pass(2 * DAY + 3_600_000);
    expect(shown(world, alice.account, 'onion')?.revision).toBe(2);
    expect(shown(world, alice.account, 'relay')?.revision).toBe(1);
    expect(await alice.client.status()).toMatchObject({ recordPending: true });
    const published = () =>
      world.onion.asked.filter(({ operation }) => operation === 'publish-record').length;
    const before = published();
    await world.pass(3_600_000);
    // The road that has it is left in peace.
    expect(published()).toBe(before);
    world.network.fate = () => 'arrives';
    await world.pass(61_000);
    expect(shown(world, alice.account, 'relay')?.revision).toBe(2);
    expect(await alice.client.status()).toMatchObject({ recordPending: false });
    // Both have the keys that the record names, whichever road they were made for.
    const keys = world.network.accounts.get(alice.account)?.keys;
    expect(keys?.signedPreKey?.id).toBe(shown(world, alice.account, 'relay')?.devices[0]?.signedPreKey.id);
  });

  it('repairs a road that shows another record than the own one', async () => {
    const world = createWorld(6, withOnion);
    const { alice, bob } = await makeFriends(world);
    const other = world.onion.records.get(bob.account);
    if (other === undefined) throw new Error('no record');
    world.onion.records.set(alice.account, other);
    await world.pass(DAY + 2 * 3_600_000);
    expect(shown(world, alice.account, 'onion')).toEqual(shown(world, alice.account, 'relay'));
  });

  it('looks at its record once a day on a road that answers, though another is silent', async () => {
    const world = createWorld(13, withOnion);
    const alice = await world.join('Alice');
    alice.die();
    world.network.setDown(true);
    await alice.rise();
    world.onion.asked.length = 0;
    await world.pass(6 * 3_600_000);
    const looks = world.onion.asked.filter(({ operation }) => operation === 'fetch-record');
    expect(looks).toHaveLength(1);
    world.network.setDown(false);
    world.network.asked.length = 0;
    await world.pass(5 * 60_000);
    expect(world.network.asked.some(({ operation }) => operation === 'fetch-record')).toBe(true);
  });

  it('names its relay as the relay names itself, in a new revision when it says so later', async () => {
    const world = createWorld(7, withOnion);
    const alice = await world.join('Alice');
    expect(shown(world, alice.account, 'onion')).toMatchObject({
      revision: 1,
      relays: [{ url: 'https://relay.example' }],
    });
    const onionKey = new Uint8Array(32).fill(7);
    world.network.address = { url: 'https://relay.example', onionKey };
    await world.pass(2 * 3_600_000);
    expect(shown(world, alice.account, 'relay')).toMatchObject({ revision: 2, relays: [{ onionKey }] });
    // What it said holds while it says nothing.
    world.network.setDown(true);
    await world.pass(3 * DAY);
    expect(shown(world, alice.account, 'onion')).toMatchObject({ revision: 3, relays: [{ onionKey }] });
    const bob = await world.join('Bob');
    world.network.setDown(false);
    await world.pass(120_000);
    expect(shown(world, bob.account, 'onion')?.relays).toMatchObject([{ onionKey }]);
  });
});

describe('an account that never touches a relay', () => {
  it('asks a relay for nothing, also after a restart, and says so in its record', async () => {
    const world = createWorld(8, withOnion);
    const alice = await world.join('Alice', { onionOnly: true });
    const bob = await world.join('Bob');
    await write(bob, alice, 'found you');
    await world.pass(1_000);
    await write(alice, bob, 'here');
    alice.die();
    await alice.rise();
    await world.pass(3 * DAY);
    const view = await alice.client.showAccount();
    expect(view?.roads).toEqual(['onion']);
    expect(parseNetwork(view?.network ?? '')).not.toHaveProperty('relay');
    expect(shown(world, alice.account, 'onion')?.relays).toEqual([]);
    expect([await texts(alice, bob), await texts(bob, alice)]).toEqual([['found you'], ['here']]);
    expect(world.network.asked.filter(({ by }) => by === alice.account)).toEqual([]);
    expect(world.network.accounts.has(alice.account)).toBe(false);
    // Who has seen the record does not ask the relay either.
    world.network.asked.length = 0;
    await write(bob, alice, 'again');
    await world.pass(30_000);
    expect(world.network.asked.filter(({ about }) => about === alice.account)).toEqual([]);
  });

  it('cannot be made where there are no storage nodes', async () => {
    const { client } = newcomer(createWorld(9));
    const request = { name: 'A', network: formatNetwork({ relay: { url: 'https://relay.example' } }) };
    expect(await client.createAccount({ ...request, onionOnly: true })).toMatchObject({
      outcome: 'bad-network',
      reason: expect.stringContaining('storage nodes'),
    });
  });
});

describe('restoring on two roads', () => {
  it('follows the newest record of any road, though the other is older, silent or lies', async () => {
    for (const trouble of ['older', 'silent', 'lying'] as const) {
      const world = createWorld(10, withOnion);
      const { alice, bob } = await makeFriends(world);
      const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
      const first = world.network.accounts.get(alice.account)?.record;
      await world.pass(2 * DAY + 3_600_000);
      expect(shown(world, alice.account, 'onion')?.revision).toBe(2);
      alice.die();
      const kept = world.network.accounts.get(alice.account);
      const other = world.onion.records.get(bob.account);
      if (kept === undefined || other === undefined) throw new Error('no record');
      if (trouble === 'older') kept.record = first;
      if (trouble === 'silent') world.network.setDown(true);
      if (trouble === 'lying') kept.record = other;
      const { client } = newcomer(world, alice.account);
      const restored = client.restoreAccount({ words, name: 'Alice', network: NETWORK });
      expect(await end(world, restored)).toMatchObject({ outcome: 'restored' });
      // What a silent road may keep is stepped over.
      expect(shown(world, alice.account, 'onion')?.revision).toBe(trouble === 'silent' ? 1_003 : 3);
    }
  });

  it('does not go on when no road that answers shows a record, and one is silent', async () => {
    const world = createWorld(11, withOnion);
    const alice = await world.join('Alice');
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    alice.die();
    world.onion.records.clear();
    world.network.setDown(true);
    const { client, store } = newcomer(world, alice.account);
    const restored = client.restoreAccount({ words, name: 'Alice', network: NETWORK });
    expect(await end(world, restored)).toEqual({ outcome: 'unreachable' });
    expect(store.commits).toBe(0);
  });

  it('ends the old device, which a living onion road would still let send', async () => {
    const world = createWorld(12, withOnion);
    const { alice, bob } = await makeFriends(world);
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    const { client } = newcomer(world, alice.account);
    await end(world, client.restoreAccount({ words, name: 'Alice', network: NETWORK }));
    await world.pass(6 * 60_000);
    expect(await alice.client.status()).toMatchObject({ replaced: true });
    expect(await alice.client.send({ to: bob.account, text: 'still me' })).toEqual({
      outcome: 'device-replaced',
    });
    expect((await client.status()).replaced).toBe(false);
  });
});
