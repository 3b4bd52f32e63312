import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365 * DAY;

describe('a clock that was wrong', () => {
  it('by a year when one message was written does not spoil all later ones', async () => {
    const world = createWorld(1);
    const { alice, bob } = await makeFriends(world);
    alice.die();
    const wrong = world.build(alice.store, alice.events, { skew: YEAR });
    await wrong.client.send({ to: bob.account, text: 'from the future' });
    await alice.rise();
    const ids = [await write(alice, bob, 'from now'), await write(alice, bob, 'and on')];
    expect(new Set(ids.map(({ sentAt }) => sentAt)).size).toBe(2);
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', '(1 missing)', 'from now', 'and on']);
    for (const id of ids) expect(await alice.client.message(id)).toMatchObject({ state: 'delivered' });
  });

  it('by a day either way changes nothing', async () => {
    const world = createWorld(2);
    const { alice, bob } = await makeFriends(world);
    for (const skew of [DAY, -DAY]) {
      alice.die();
      const { client } = world.build(alice.store, alice.events, { skew });
      await client.start();
      const id = await write({ ...alice, client }, bob, `${skew}`);
      await world.pass(60_000);
      expect(await client.message(id)).toMatchObject({ state: 'delivered' });
      await client.close();
    }
    expect(await texts(bob, alice)).toEqual(['hello', `${DAY}`, `${-DAY}`]);
  });

  it('makes no record fresh for ever', async () => {
    const world = createWorld(3);
    const { alice, bob } = await makeFriends(world);
    const contact = await alice.store.contact(bob.account);
    if (contact === undefined) throw new Error('no contact');
    const recordCheckedAt = world.clock.now() + YEAR;
    await alice.store.commit([{ kind: 'put-contact', contact: { ...contact, recordCheckedAt } }]);
    let fetched = 0;
    world.network.fate = (operation) => {
      if (operation === 'fetch-record') fetched++;
      return 'arrives';
    };
    await write(alice, bob, 'who are you now?');
    await world.pass(100);
    expect(fetched).toBe(1);
  });

  it('keeps no receipt back for a year', async () => {
    const world = createWorld(4);
    const { alice, bob } = await makeFriends(world);
    const message = await write(alice, bob, 'got it?');
    await world.pass(100);
    bob.die();
    const dueAt = world.clock.now() + YEAR;
    await bob.store.commit([
      { kind: 'put-receipt', receipt: { kind: 'delivery', to: alice.account, message, dueAt } },
    ]);
    await bob.rise();
    await world.pass(1_000);
    expect(await alice.client.message(message)).toMatchObject({ state: 'delivered' });
  });
});
