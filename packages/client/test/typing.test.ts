import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, type Person, write } from './world.ts';

const typingOf = (person: Person) =>
  person.events.flatMap((event) => (event.event === 'typing' ? [event.typing] : []));

async function typists(seed: number, { withOnion = false, wishes = [true, true] } = {}) {
  const world = createWorld(seed, { withOnion });
  const { alice, bob } = await makeFriends(world);
  await alice.client.changePreferences({ typing: wishes[0] ?? false });
  await bob.client.changePreferences({ typing: wishes[1] ?? false });
  const left = () => world.network.delivered.filter(({ fleeting }) => fleeting).length;
  return { world, alice, bob, left };
}

describe('typing', () => {
  it('is shown where both want it, for 15 s, and leaves nothing on the disk but ratchets', async () => {
    const { world, alice, bob, left } = await typists(201);
    await alice.client.tellTyping(bob.account, true);
    expect(await alice.store.outbox()).toEqual([]);
    await world.pass(100);
    expect([left(), typingOf(bob)]).toEqual([1, [true]]);
    await world.pass(15_000);
    expect(typingOf(bob)).toEqual([true, false]);
    const { items } = await bob.client.chatPage(alice.account, { limit: 9 });
    expect(items.map(({ text }) => text)).toEqual(['hello', 'hello back']);
  });

  it('is over when the text is there', async () => {
    const { world, alice, bob } = await typists(202);
    await alice.client.tellTyping(bob.account, true);
    await world.pass(1_000);
    await write(alice, bob, 'done');
    await world.pass(1_000);
    expect(typingOf(bob)).toEqual([true, false]);
  });

  it('is told at most every ten seconds, and that it is over only to whom it was told', async () => {
    const { world, alice, bob, left } = await typists(203);
    await alice.client.tellTyping(bob.account, false);
    expect(left()).toBe(0);
    for (let second = 0; second < 30; second++) {
      await alice.client.tellTyping(bob.account, true);
      await world.pass(1_000);
    }
    expect(left()).toBe(3);
    expect(typingOf(bob)).toEqual([true, true, true]);
    await alice.client.tellTyping(bob.account, false);
    await world.pass(100);
    expect([left(), typingOf(bob).at(-1)]).toEqual([4, false]);
  });

  it.each([
    ['the writer', [false, true]],
    ['the other side', [true, false]],
  ])('is not shown where %s does not want it', async (_, wishes) => {
    const { world, alice, bob } = await typists(204, { wishes });
    await alice.client.tellTyping(bob.account, true);
    await world.pass(1_000);
    expect(typingOf(bob)).toEqual([]);
  });

  it('is dropped when the relay is not up, and kept for nobody who is away', async () => {
    const { world, alice, bob, left } = await typists(205);
    world.network.setDown(true);
    await world.pass(100);
    await alice.client.tellTyping(bob.account, true);
    world.network.setDown(false);
    await world.pass(120_000);
    expect([left(), typingOf(bob)]).toEqual([0, []]);
    await bob.client.close();
    await alice.client.tellTyping(bob.account, true);
    await world.pass(1_000);
    expect(left()).toBe(1);
    expect(world.network.accounts.get(bob.account)?.queue).toEqual([]);
  });

  it('goes by no onion road, whoever wishes for it', async () => {
    const { world, alice, bob, left } = await typists(206, { withOnion: true });
    await bob.client.setRoad(alice.account, 'onion');
    await world.pass(60_000);
    const before = world.onion.asked.length;
    await alice.client.tellTyping(bob.account, true);
    await bob.client.tellTyping(alice.account, true);
    await world.pass(1_000);
    expect(left()).toBe(0);
    expect(world.onion.asked.slice(before).filter(({ operation }) => operation === 'deliver')).toEqual([]);
  });

  it('is not told to those who wait to be accepted, nor heard of them', async () => {
    const world = createWorld(207);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    for (const { client } of [alice, bob]) await client.changePreferences({ typing: true });
    await write(alice, bob, 'may I?');
    await world.pass(1_000);
    await alice.client.tellTyping(bob.account, true);
    await bob.client.tellTyping(alice.account, true);
    await world.pass(1_000);
    expect(world.network.delivered.filter(({ fleeting }) => fleeting)).toEqual([]);
  });

  it('does not disturb the texts that come with it', async () => {
    const { world, alice, bob } = await typists(208);
    await bob.client.close();
    for (let round = 0; round < 5; round++) {
      await alice.client.tellTyping(bob.account, true);
      await write(alice, bob, `${round}`);
      await world.pass(11_000);
    }
    await bob.rise();
    await world.pass(60_000);
    const { items } = await bob.client.chatPage(alice.account, { limit: 5 });
    expect(items.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
  });
});
