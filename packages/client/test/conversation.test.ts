import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

describe('two people', () => {
  it('meet by a request, which a reply accepts', async () => {
    const world = createWorld(1);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const id = await write(alice, bob, 'may I?');
    await world.pass(100);
    expect(await alice.client.waitForCarried(id, 0)).toMatchObject({ state: 'sent', road: 'relay' });
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'invited' });
    expect(await bob.client.contact(alice.account)).toMatchObject({ state: 'request', name: 'Alice' });
    expect(await bob.client.takeReceived(undefined, 10)).toMatchObject([
      { fromName: 'Alice', message: { text: 'may I?', request: true, id } },
    ]);
    expect(bob.events.map(({ event }) => event)).toContain('request');

    await world.pass(60_000);
    expect(world.network.delivered.filter(({ to }) => to === alice.account)).toEqual([]);

    await write(bob, alice, 'yes');
    await world.pass(100);
    expect(await alice.client.contact(bob.account)).toMatchObject({ state: 'accepted', name: 'Bob' });
    expect(await texts(alice, bob)).toEqual(['yes']);
    await world.pass(20_000);
    expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
    expect(await bob.client.messages(alice.account, { limit: 9 })).toMatchObject([
      { text: 'yes', state: 'delivered' },
      { text: 'may I?', request: false },
    ]);
  });
});
