import { formatNetwork, parseNetwork } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, NETWORK, newcomer, texts, write } from './world.ts';

const DAY = 24 * 3_600_000;

describe('restoring while the road with the newest record is silent', () => {
  it('forks nothing: contacts who have seen that record believe the next one', async () => {
    const world = createWorld(1, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
    const kept = world.network.accounts.get(alice.account);
    const first = kept?.record;
    // The relay was away while the keys were changed, three times.
    await world.pass(7 * DAY);
    await write(bob, alice, 'are you there?');
    await world.pass(60_000);
    alice.die();
    if (kept === undefined || first === undefined) throw new Error('no record');
    kept.record = first;
    world.onion.setDown(true);

    const { client, person } = newcomer(world, alice.account);
    let ended = false;
    const restoring = client.restoreAccount({ words, name: 'Alice', network: NETWORK }).finally(() => {
      ended = true;
    });
    while (!ended) await world.pass(1_000);
    expect(await restoring).toMatchObject({ outcome: 'restored' });
    world.onion.setDown(false);
    await world.pass(DAY + 3_600_000);
    await write(bob, alice, 'and now?');
    await write(person, bob, 'on a new phone');
    await world.pass(60_000);
    expect(await bob.client.contact(alice.account)).not.toHaveProperty('warning');
    expect((await texts(bob, alice)).at(-1)).toBe('on a new phone');
    expect((await texts(person, bob)).at(-1)).toBe('and now?');
  });
});

describe('the network of an account that never touches a relay', () => {
  it('keeps its list of storage nodes to the last byte, also after a restart', async () => {
    const world = createWorld(2, { withOnion: true });
    const directory = world.random.bytes(30_000);
    const { relay } = parseNetwork(NETWORK);
    if (relay === undefined) throw new Error('no relay');
    const { client, store } = newcomer(world);
    const request = { name: 'Alice', network: formatNetwork({ relay, directory }), onionOnly: true };
    const making = client.createAccount(request);
    await world.pass(1_000);
    expect(await making).toMatchObject({ outcome: 'created', account: { roads: ['onion'] } });
    await client.close();
    const again = world.build(store, []).client;
    await again.start();
    await world.pass(1_000);
    const network = (await again.showAccount())?.network ?? '';
    expect(network).toBe(formatNetwork({ directory }));
    expect(parseNetwork(network)).toEqual({ directory });
    expect((await again.status()).roads).toMatchObject([{ road: 'onion', state: 'up' }]);
  });
});
