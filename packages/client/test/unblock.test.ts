import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

describe('unblocking', () => {
  it('makes a contact of a contact again, who is told where this device collects now', async () => {
    const world = createWorld(1, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.setRoad(bob.account, 'onion');
    await write(alice, bob, 'before');
    await write(bob, alice, 'before, too');
    await world.pass(20_000);
    const before = (await bob.store.contact(alice.account))?.mailboxes[0]?.address;
    await alice.client.block(bob.account);
    await alice.client.block(bob.account);
    await world.pass(1_000);
    alice.die();
    await alice.rise();
    await alice.client.unblock(bob.account);
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'accepted' });
    expect(await alice.store.contact(bob.account)).not.toHaveProperty('stateBefore');
    await world.pass(20_000);
    const after = (await bob.store.contact(alice.account))?.mailboxes[0]?.address;
    expect(after).toBeDefined();
    expect(after).not.toEqual(before);
    await write(bob, alice, 'friends again');
    await world.pass(20_000);
    expect((await texts(alice, bob)).at(-1)).toBe('friends again');
    expect(await bob.client.messages(alice.account, { limit: 1 })).toMatchObject([{ state: 'delivered' }]);
  });

  it('makes a request of a request, and somebody invited of somebody invited', async () => {
    const world = createWorld(2);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const carol = await world.join('Carol');
    await alice.client.addContact(carol.account);
    await write(bob, alice, 'may I');
    await world.pass(1_000);
    for (const [person, state] of [
      [bob, 'request'],
      [carol, 'invited'],
    ] as const) {
      await alice.client.block(person.account);
      await alice.client.unblock(person.account);
      expect(await alice.client.contact(person.account)).toMatchObject({ state });
    }
  });
});
