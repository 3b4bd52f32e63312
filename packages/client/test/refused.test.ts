import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

const DAY = 24 * 3_600_000;

describe('a message that a road refuses', () => {
  it('goes by the other road when its chat may choose', async () => {
    const world = createWorld(1, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.refuses = 403;
    const id = await write(alice, bob, 'not by that one');
    await world.pass(1_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'sent', road: 'onion' });
    expect((await texts(bob, alice)).at(-1)).toBe('not by that one');
  });

  it('waits for the other road while that is down, and then takes it', async () => {
    const world = createWorld(2, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(6_000);
    world.onion.refuses = 403;
    const id = await write(alice, bob, 'patience');
    await world.pass(DAY);
    const problem = 'refused-by-onion-waits-for-relay';
    expect(await alice.client.message(id)).toMatchObject({ state: 'queued', problem });
    world.network.setDown(false);
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered', road: 'relay' });
    expect((await texts(bob, alice)).at(-1)).toBe('patience');
  });

  it('fails when both have refused it, and names both', async () => {
    const world = createWorld(3, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    world.network.refuses = 403;
    world.onion.refuses = 400;
    const id = await write(alice, bob, 'nowhere');
    await world.pass(1_000);
    const problem = 'refused-by-both';
    expect(await alice.client.message(id)).toMatchObject({ state: 'failed', problem });
    world.network.refuses = 413;
    const large = await write(alice, bob, 'nowhere either');
    await world.pass(1_000);
    expect(await alice.client.message(large)).toMatchObject({
      state: 'failed',
      problem: 'too-large-for-both',
    });
  });

  it('fails at once where its chat is strict, without a packet by the other road', async () => {
    const world = createWorld(4, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    world.onion.refuses = 403;
    world.network.asked.length = 0;
    const id = await write(alice, bob, 'strictly');
    await world.pass(1_000);
    const problem = 'refused-by-onion';
    expect(await alice.client.message(id)).toMatchObject({ state: 'failed', problem });
    expect(world.network.asked.filter(({ about }) => about === bob.account)).toEqual([]);
  });
});
