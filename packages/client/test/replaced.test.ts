import { describe, expect, it } from 'vitest';
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

/** Alice's account moves to another device, with her words. Her old process may be gone. */
async function moveAlice(world: World, alice: Person): Promise<Person> {
  const { client } = world.build(alice.store, []);
  const words = (await client.showAccount({ phrase: true }))?.words ?? '';
  const next = newcomer(world, alice.account);
  const restored = await next.client.restoreAccount({ words, name: 'Alice', network: NETWORK });
  expect(restored.outcome).toBe('restored');
  await world.pass(1_000);
  return next.person;
}

describe('a device whose account was restored elsewhere', () => {
  it('learns it from its road and sends nothing more', async () => {
    const world = createWorld(1);
    const { alice, bob } = await makeFriends(world);
    await moveAlice(world, alice);
    expect(await alice.client.send({ to: bob.account, text: 'still me' })).toEqual({
      outcome: 'device-replaced',
    });
    expect(await alice.client.status()).toMatchObject({ account: 'ready', replaced: true });
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello']);
  });

  it('knows it at the next start before any road has answered', async () => {
    const world = createWorld(2);
    const { alice, bob } = await makeFriends(world);
    await moveAlice(world, alice);
    await world.pass(6 * 60_000);
    alice.die();
    world.network.fate = () => 'lost';
    const { client } = world.build(alice.store, alice.events);
    expect(await client.send({ to: bob.account, text: 'still me' })).toEqual({ outcome: 'device-replaced' });
  });

  it('holds what was written before it could know, and says why', async () => {
    const world = createWorld(3);
    const { alice, bob } = await makeFriends(world);
    alice.die();
    const next = await moveAlice(world, alice);
    const { client } = world.build(alice.store, alice.events);
    const sent = await client.send({ to: bob.account, text: 'from the old one' });
    if (sent.outcome !== 'written') throw new Error(sent.outcome);
    await client.start();
    const waited = client.waitForCarried(sent.message, 30_000);
    await world.pass(1_000);
    expect(await waited).toEqual({ outcome: 'device-replaced' });
    expect(await client.message(sent.message)).toMatchObject({
      state: 'queued',
      problem: 'replaced',
    });
    const { commits } = alice.store;
    await world.pass(24 * 3_600_000);
    // It neither tries nor writes the same thing again and again, and leaves the new record alone.
    expect(alice.store.commits - commits).toBe(0);
    expect(await texts(bob, alice)).toEqual(['hello']);
    expect((await next.client.status()).replaced).toBe(false);
    await write(next, bob, 'from the new one');
    await world.pass(60_000);
    expect(await texts(bob, next)).toEqual(['hello', 'from the new one']);
  });

  it('is told by the record alone when its road does not hang up', async () => {
    const world = createWorld(4);
    const { alice, bob } = await makeFriends(world);
    const kept = world.network.accounts.get(alice.account);
    if (kept === undefined) throw new Error('no account');
    const before = { ...kept };
    world.network.kill(alice.account);
    const next = await moveAlice(world, alice);
    const { record } = world.network.accounts.get(alice.account) ?? {};
    next.die();
    // A road that goes on with the old device, and shows the record of the new one.
    world.network.accounts.set(alice.account, { ...before, record });
    const { client } = world.build(alice.store, alice.events);
    await client.start();
    await world.pass(1_000);
    expect(await client.status()).toMatchObject({ replaced: true, recordPending: false });
    expect(await client.send({ to: bob.account, text: 'still me' })).toEqual({ outcome: 'device-replaced' });
    expect(world.network.accounts.get(alice.account)?.record).toEqual(record);
  });

  it('is not fooled by a record that nobody it knows has signed', async () => {
    const world = createWorld(5);
    const { alice, bob } = await makeFriends(world);
    const kept = world.network.accounts.get(alice.account);
    const other = world.network.accounts.get(bob.account);
    if (kept?.record === undefined || other?.record === undefined) throw new Error('no record');
    kept.record = other.record;
    alice.die();
    await alice.rise();
    await world.pass(1_000);
    expect((await alice.client.status()).replaced).toBe(false);
    await write(alice, bob, 'still me');
    await world.pass(60_000);
    expect((await texts(bob, alice)).at(-1)).toBe('still me');
  });
});

describe('deleting on a replaced device', () => {
  it('erases it, and leaves the account to the device that took over', async () => {
    const world = createWorld(7);
    const { alice, bob } = await makeFriends(world);
    const next = await moveAlice(world, alice);
    expect(await alice.client.deleteAccount()).toEqual({ outcome: 'deleted', onlyHere: 'replaced' });
    expect((await alice.client.status()).account).toBe('none');
    await write(next, bob, 'here');
    await world.pass(1_000);
    expect((await texts(bob, next)).at(-1)).toBe('here');
  });
});

describe('a road that has not taken this device in yet', () => {
  it('carries nothing, and everything at once when it has', async () => {
    const world = createWorld(6);
    const { alice, bob } = await makeFriends(world);
    alice.die();
    const kept = world.network.accounts.get(alice.account);
    if (kept === undefined) throw new Error('no account');
    let connected: () => void = () => undefined;
    const { client } = world.build(alice.store, alice.events, {
      pave: (road) => ({
        ...road,
        start: (credentials, collector) => {
          connected = () => road.start(credentials, collector);
        },
      }),
    });
    await client.start();
    const id = await write({ ...alice, client }, bob, 'patience');
    await world.pass(3_600_000);
    expect(await client.message(id)).toMatchObject({ state: 'queued' });
    expect(await texts(bob, alice)).toEqual(['hello']);
    connected();
    await world.pass(100);
    expect(await client.message(id)).toMatchObject({ state: 'sent' });
  });
});
