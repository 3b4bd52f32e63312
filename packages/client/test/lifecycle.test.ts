import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, NETWORK, newcomer, texts, write } from './world.ts';

describe('a client', () => {
  it('that is closed while it starts does nothing more, and may be closed twice', async () => {
    const world = createWorld(1);
    const { alice, bob } = await makeFriends(world);
    await alice.client.close();
    const next = world.build(alice.store, alice.events);
    const sent = await next.client.send({ to: bob.account, text: 'later' });
    expect(sent.outcome).toBe('written');
    const starting = next.client.start();
    await Promise.all([next.client.close(), next.client.close(), starting]);
    const { commits } = alice.store;
    const timers = world.clock.pending;
    await world.pass(60_000);
    expect(alice.store.commits).toBe(commits);
    expect(world.clock.pending).toBeLessThanOrEqual(timers);
    expect((await texts(bob, alice)).at(-1)).toBe('hello');
  });

  it('makes one account when asked twice at once', async () => {
    const world = createWorld(2);
    const { client } = newcomer(world);
    const asked = ['Ada', 'Eva'].map((name) => client.createAccount({ name, network: NETWORK }));
    await world.pass(30_000);
    expect(await Promise.all(asked)).toMatchObject([
      { outcome: 'created', account: { name: 'Ada' } },
      { outcome: 'account-exists' },
    ]);
    expect(world.network.accounts.size).toBe(1);
  });

  it('counts what an earlier run left before it takes more', async () => {
    const world = createWorld(3);
    const { alice, bob } = await makeFriends(world);
    const id = await write(alice, bob, 'one of many');
    const [entry] = await alice.store.outbox();
    if (entry === undefined) throw new Error('nothing waits');
    alice.die();
    await alice.store.commit(
      Array.from({ length: 5_000 }, (_, index) => ({
        kind: 'put-outbox',
        entry: { ...entry, id: `${index}`, message: id, order: entry.order + index },
      })),
    );
    const { client } = world.build(alice.store, alice.events);
    expect(await client.send({ to: bob.account, text: 'one too many' })).toEqual({
      outcome: 'outbox-full',
      limit: 5_000,
    });
  });
});
