import { fromUtf8, toHex } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../src/testing.ts';
import { createWorld, makeFriends, NETWORK, type Person, texts, type World, write } from './world.ts';

/** In hex, as its device knows it now. */
async function mailboxOf(person: Person): Promise<string> {
  const credentials = (await person.store.account())?.credentials.onion;
  if (credentials === undefined) throw new Error('not on the onion road');
  const { mailboxes } = JSON.parse(fromUtf8(credentials)) as { mailboxes: string[] };
  return mailboxes[0] ?? '';
}

const known = async (by: Person, of: Person) =>
  (await by.store.contact(of.account))?.mailboxes.map(({ address }) => toHex(address));

const boxesTo = (world: World, to: Person) =>
  world.onion.delivered.filter((each) => each.to === to.account).map(({ box }) => box);

describe('a mailbox', () => {
  it('is told to accepted contacts only, until they surely have it', async () => {
    const world = createWorld(1, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    await write(alice, bob, 'may I?');
    await world.pass(1_000);
    expect(await known(bob, alice)).toEqual([]);
    await bob.client.acceptRequest(alice.account);
    await world.pass(1_000);
    expect(await known(alice, bob)).toEqual([await mailboxOf(bob)]);
    world.network.fate = (operation) => (operation === 'deliver' ? 'lost' : 'arrives');
    world.onion.fate = world.network.fate;
    await write(alice, bob, 'thanks');
    await world.pass(5_000);
    expect((await alice.store.contact(bob.account))?.knowsMailbox).toBeUndefined();
    world.network.fate = () => 'arrives';
    world.onion.fate = () => 'arrives';
    await world.pass(60_000);
    expect(await known(bob, alice)).toEqual([await mailboxOf(alice)]);
    const told = await alice.store.contact(bob.account);
    expect(toHex(told?.knowsMailbox ?? new Uint8Array(0))).toBe(await mailboxOf(alice));
  });

  it('is where contacts are written to on the onion road, and strangers are not', async () => {
    const world = createWorld(2, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const carol = await world.join('Carol');
    world.network.setDown(true);
    await world.pass(6_000);
    await write(alice, bob, 'to the mailbox');
    await write(carol, bob, 'to the requests');
    await world.pass(1_000);
    expect(boxesTo(world, bob)).toEqual([`contact ${await mailboxOf(bob)}`, `request ${bob.account}`]);
    expect((await texts(bob, alice)).at(-1)).toBe('to the mailbox');
    expect(await texts(bob, carol)).toEqual(['to the requests']);
  });

  it('is renewed when somebody is blocked, told to the others, and the old one is still collected', async () => {
    const world = createWorld(3, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const carol = await world.join('Carol');
    await carol.client.addContact(alice.account);
    await write(alice, carol, 'hello Carol');
    await world.pass(100);
    await write(carol, alice, 'hello Alice');
    await world.pass(1_000);
    await write(alice, carol, 'and my mailbox');
    await write(alice, bob, 'and my mailbox');
    await world.pass(60_000);
    const old = await mailboxOf(alice);
    expect([await known(bob, alice), await known(carol, alice)]).toEqual([[old], [old]]);

    world.onion.setDown(true);
    world.network.setDown(true);
    await world.pass(10_000);
    await alice.client.block(carol.account);
    await world.pass(1_000);
    expect(await mailboxOf(alice)).not.toBe(old);
    // Nothing has reached Bob yet, and a process that ends forgets nothing of it.
    alice.die();
    await alice.rise();
    world.onion.setDown(false);
    world.network.setDown(false);
    await world.pass(30_000);
    expect(await known(bob, alice)).toEqual([await mailboxOf(alice)]);
    expect(await known(carol, alice)).toEqual([old]);
    await bob.client.setRoad(alice.account, 'onion');
    await write(bob, alice, 'to the new one');
    await world.pass(5_000);
    expect(boxesTo(world, alice).at(-1)).toBe(`contact ${await mailboxOf(alice)}`);
    expect((await texts(alice, bob)).at(-1)).toBe('to the new one');
    expect(await alice.store.outbox()).toEqual([]);
  });

  it('is renewed once for each block, not at each start', async () => {
    const world = createWorld(4, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.block(bob.account);
    await world.pass(1_000);
    const renewed = await mailboxOf(alice);
    await alice.client.block(bob.account);
    alice.die();
    await alice.rise();
    await world.pass(10_000);
    expect(await mailboxOf(alice)).toBe(renewed);
    // They were not told the new one.
    await alice.client.unblock(bob.account);
    await alice.client.block(bob.account);
    await world.pass(1_000);
    expect(await mailboxOf(alice)).toBe(renewed);
    await alice.client.unblock(bob.account);
    await write(bob, alice, 'sorry');
    await world.pass(100);
    await write(alice, bob, 'forgiven');
    await world.pass(1_000);
    await alice.client.block(bob.account);
    await world.pass(1_000);
    expect(await mailboxOf(alice)).not.toBe(renewed);
  });

  it('is not renewed for strangers, of whom anybody can send a crowd, but for whoever was told it once', async () => {
    const world = createWorld(6, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await write(alice, bob, 'where I collect');
    await world.pass(60_000);
    const before = await mailboxOf(alice);
    const stranger = await world.join('Stranger');
    await write(stranger, alice, 'buy something');
    await world.pass(1_000);
    await alice.client.block(stranger.account);
    await alice.client.block(`05${'ab'.repeat(32)}`);
    await world.pass(1_000);
    expect(await mailboxOf(alice)).toBe(before);
    // No word of Bob is left here, but Bob knows.
    await alice.client.deleteContact(bob.account);
    await alice.client.block(bob.account);
    await world.pass(1_000);
    expect(await mailboxOf(alice)).not.toBe(before);
  });

  it('is forgotten with the device that told it', async () => {
    const world = createWorld(5, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const before = await known(alice, bob);
    expect(before).toEqual([await mailboxOf(bob)]);
    const words = (await bob.client.showAccount({ phrase: true }))?.words ?? '';
    bob.die();
    const { client } = world.build(createMemoryStore(), []);
    await client.start();
    const restoring = client.restoreAccount({ words, network: NETWORK, name: 'Bob' });
    await world.pass(20_000);
    expect(await restoring).toMatchObject({ outcome: 'restored' });
    await write(alice, bob, 'who is there?');
    await world.pass(60_000);
    expect(await known(alice, bob)).toEqual([]);
  });
});
