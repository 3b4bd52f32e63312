import { createSeed, parseAccountId, readRecord, seedToWords } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, NETWORK, newcomer, texts, type World, write } from './world.ts';

const DAY = 24 * 60 * 60 * 1000;

function kept(world: World, account: string) {
  const found = world.network.accounts.get(account);
  if (found?.record === undefined) throw new Error('no record');
  const read = readRecord(found.record, parseAccountId(account));
  if (read.outcome !== 'read') throw new Error(read.outcome);
  return { ...found, read: read.record };
}

describe('an account', () => {
  it('is made, published, shown with its words until they are confirmed', async () => {
    const world = createWorld(1);
    const alice = await world.join('Alice');
    expect(kept(world, alice.account).read).toMatchObject({
      revision: 1,
      relays: [{ url: 'https://relay.example' }],
    });
    expect(await alice.client.status()).toMatchObject({ account: 'ready', recordPending: false });
    const shown = await alice.client.showAccount({ phrase: true });
    expect(shown).toMatchObject({ account: alice.account, name: 'Alice', roads: ['relay'], holdsSeed: true });
    expect(shown?.words?.split(' ')).toHaveLength(25);
    expect(await alice.client.showAccount()).not.toHaveProperty('words');
    expect(await alice.client.confirmPhraseSaved()).toEqual({ outcome: 'forgotten' });
    expect(await alice.client.showAccount({ phrase: true })).toMatchObject({ holdsSeed: false });
    expect((await alice.store.account())?.seed).toBeUndefined();
    expect(await alice.client.createAccount({ name: 'B', network: NETWORK })).toEqual({
      outcome: 'account-exists',
    });
  });

  it('is refused a bad name or network before anything is made', async () => {
    const { client, store } = newcomer(createWorld(2));
    expect(await client.createAccount({ name: ' ', network: NETWORK })).toMatchObject({
      outcome: 'bad-name',
    });
    expect(await client.createAccount({ name: 'a\nb', network: NETWORK })).toMatchObject({
      outcome: 'bad-name',
    });
    expect(await client.createAccount({ name: 'a', network: `${NETWORK}x` })).toMatchObject({
      outcome: 'bad-network',
    });
    expect(store.commits).toBe(0);
  });

  it('goes on with the same keys when the answer of a road was lost', async () => {
    const world = createWorld(3);
    const { client } = newcomer(world);
    world.network.fate = (operation) => (operation === 'enrol' ? 'answer-lost' : 'arrives');
    expect(await client.createAccount({ name: 'A', network: NETWORK })).toEqual({ outcome: 'unreachable' });
    expect(await client.status()).toMatchObject({ account: 'incomplete' });
    world.network.fate = () => 'arrives';
    expect(await client.createAccount({ name: 'A', network: NETWORK })).toMatchObject({ outcome: 'created' });
    expect(world.network.accounts.size).toBe(1);
  });

  it('is deleted on the road first, and not here when that fails', async () => {
    const world = createWorld(4);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = (operation) => (operation === 'leave' ? 'lost' : 'arrives');
    expect(await alice.client.deleteAccount()).toEqual({ outcome: 'road-failed', road: 'relay' });
    expect(await texts(alice, bob)).toEqual(['hello back']);
    world.network.fate = () => 'arrives';
    expect(await alice.client.deleteAccount()).toEqual({ outcome: 'deleted' });
    expect(world.network.accounts.has(alice.account)).toBe(false);
    expect(await alice.client.status()).toMatchObject({ account: 'none' });
    expect(await alice.client.contacts()).toEqual([]);
    expect(await alice.client.createAccount({ name: 'New', network: NETWORK })).toMatchObject({
      outcome: 'created',
    });
    await alice.client.send({ to: bob.account, text: 'me again' });
    await world.pass(1_000);
    expect((await bob.client.contacts()).map(({ name }) => name)).toContain('New');
  });

  it('rotates its keys every two days, tops up one-time keys and repairs what the road shows', async () => {
    const world = createWorld(5);
    const alice = await world.join('Alice');
    const first = kept(world, alice.account);
    const account = world.network.accounts.get(alice.account);
    if (account === undefined) throw new Error('no account');
    account.keys = { ...account.keys, preKeys: [] };
    await world.pass(2 * DAY + 2 * 60 * 60 * 1000);
    const second = kept(world, alice.account);
    expect(second.read.revision).toBe(2);
    expect(second.keys.preKeys.length).toBe(100);
    expect(second.read.devices[0]?.signedPreKey.id).not.toBe(first.read.devices[0]?.signedPreKey.id);
    expect(second.keys.signedPreKey?.id).toBe(second.read.devices[0]?.signedPreKey.id);
    account.record = first.record;
    await world.pass(DAY + 2 * 60 * 60 * 1000);
    expect(kept(world, alice.account).read.revision).toBeGreaterThanOrEqual(2);
  });

  it('publishes again until the road has its record', async () => {
    const world = createWorld(6);
    world.network.fate = (operation) => (operation === 'publish-record' ? 'lost' : 'arrives');
    const alice = await world.join('Alice');
    expect(await alice.client.status()).toMatchObject({ recordPending: true });
    world.network.fate = () => 'arrives';
    await world.pass(61_000);
    expect(await alice.client.status()).toMatchObject({ recordPending: false });
    expect(kept(world, alice.account).read.revision).toBe(1);
  });
});

describe('restoring', () => {
  it('makes a new device whose record follows the old one, and contacts write to it', async () => {
    const world = createWorld(7);
    const { alice, bob } = await makeFriends(world);
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    alice.die();
    const { client, person } = newcomer(world, alice.account);
    const restored = await client.restoreAccount({ words, name: 'Alice', network: NETWORK });
    expect(restored).toMatchObject({
      outcome: 'restored',
      fromSession: false,
      account: { account: alice.account },
    });
    expect(kept(world, alice.account).read).toMatchObject({ revision: 2 });
    await world.pass(100);
    await write(bob, alice, 'are you there?');
    await world.pass(10_000);
    expect(await texts(person, bob)).toEqual(['are you there?']);
    expect(await client.contact(bob.account)).toMatchObject({ state: 'request', name: 'Bob' });
    await write(person, bob, 'a new phone');
    await world.pass(60_000);
    expect(await texts(bob, person)).toEqual(['hello', 'a new phone']);
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'accepted' });
  });

  it('names what is wrong with words, and takes thirteen with a warning', async () => {
    const world = createWorld(8);
    const { client } = newcomer(world);
    const restore = (words: string) => client.restoreAccount({ words, network: NETWORK });
    expect(await restore('only three words')).toMatchObject({ outcome: 'bad-words', code: 'too-few-words' });
    const long = [...seedToWords(createSeed(world.random.bytes))];
    expect(await restore(['zzzz', ...long.slice(1)].join(' '))).toMatchObject({ code: 'unknown-word' });
    expect(
      await restore([...long.slice(0, 24), long[24] === long[0] ? long[1] : long[0]].join(' ')),
    ).toMatchObject({
      outcome: 'bad-words',
    });
    const short = createSeed((length) => {
      const seed = world.random.bytes(length);
      seed.fill(0, 16);
      return seed;
    });
    expect(await restore(seedToWords(short).join(' '))).toMatchObject({
      outcome: 'restored',
      fromSession: true,
    });
  });

  it('waits for the road rather than forking its own record', async () => {
    const world = createWorld(9);
    const { client, store } = newcomer(world);
    world.network.fate = () => 'lost';
    const words = seedToWords(createSeed(world.random.bytes)).join(' ');
    expect(await client.restoreAccount({ words, network: NETWORK })).toEqual({ outcome: 'unreachable' });
    expect(store.commits).toBe(0);
  });
});
