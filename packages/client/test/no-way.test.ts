import { formatNetwork } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { createWorld, leaveOnion, makeFriends, NETWORK, newcomer, texts, write } from './world.ts';

describe('a chat bound to a road that leads nowhere', () => {
  it('is refused at once where the account has no such road, and changes nothing', async () => {
    const world = createWorld(1, { withOnion: true });
    const alice = await world.join('Alice', { onionOnly: true });
    const bob = await world.join('Bob');
    await write(alice, bob, 'hello');
    await world.pass(1_000);
    const sent = await alice.client.send({ to: bob.account, text: 'x', road: 'relay' });
    expect(sent).toEqual({ outcome: 'no-way', why: 'no-relay' });
    expect(await alice.client.contact(bob.account)).toMatchObject({ road: 'auto' });
    await leaveOnion(world, bob);
    expect(await bob.client.send({ to: alice.account, text: 'x', road: 'onion' })).toEqual({
      outcome: 'no-way',
      why: 'no-onion',
    });
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request', road: 'auto' });
  });

  it('is refused at once where they have no relay, and says so when that is only found out', async () => {
    const world = createWorld(2, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob', { onionOnly: true });
    const sent = await alice.client.send({ to: bob.account, text: 'not yet', road: 'relay' });
    if (sent.outcome !== 'written') throw new Error(sent.outcome);
    const waited = alice.client.waitForCarried(sent.message, 30_000);
    await world.pass(1_000);
    // Nobody waits for what will not come by itself.
    expect(await waited).toMatchObject({
      state: 'queued',
      problem: 'they-have-no-relay',
    });
    expect(await alice.client.send({ to: bob.account, text: 'again' })).toEqual({
      outcome: 'no-way',
      why: 'they-have-no-relay',
    });
    await alice.client.setRoad(bob.account, 'auto');
    await world.pass(1_000);
    expect(await texts(bob, alice)).toEqual(['not yet']);
  });

  it('goes on when they are at a relay again, although nobody tells', async () => {
    const world = createWorld(5, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob', { onionOnly: true });
    const sent = await alice.client.send({ to: bob.account, text: 'patience', road: 'relay' });
    if (sent.outcome !== 'written') throw new Error(sent.outcome);
    await world.pass(1_000);
    const words = (await bob.client.showAccount({ phrase: true }))?.words ?? '';
    bob.die();
    const { client, person } = newcomer(world, bob.account);
    const restoring = client.restoreAccount({ words, name: 'Bob', network: NETWORK });
    await world.pass(20_000);
    expect(await restoring).toMatchObject({ outcome: 'restored' });
    await world.pass(26 * 3_600_000);
    expect(await alice.client.message(sent.message)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await texts(person, alice)).toEqual(['patience']);
  });

  it('waits with words where the other side bound it, and nobody waits for it', async () => {
    const world = createWorld(3, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    await leaveOnion(world, bob);
    const id = await write(bob, alice, 'I cannot');
    expect(await bob.client.waitForCarried(id, 30_000)).toMatchObject({
      state: 'queued',
      problem: 'no-onion-for-theirs',
    });
  });

  it('is no refusal while a road may still take the account in', async () => {
    const world = createWorld(4, { withOnion: true });
    const bob = await world.join('Bob');
    world.network.setDown(true);
    const network = formatNetwork({
      relay: { url: 'https://relay.example' },
      directory: world.random.bytes(300),
    });
    const { client } = newcomer(world);
    const making = client.createAccount({ name: 'Alice', network });
    await world.pass(20_000);
    expect(await making).toMatchObject({ outcome: 'created', account: { roads: ['onion'] } });
    const sent = await client.send({ to: bob.account, text: 'later', road: 'relay' });
    if (sent.outcome !== 'written') throw new Error(sent.outcome);
    world.network.setDown(false);
    await world.pass(120_000);
    expect(await client.message(sent.message)).toMatchObject({ state: 'sent', road: 'relay' });
  });
});
