import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, texts, write } from './world.ts';

describe('an envelope whose acknowledgement was lost', () => {
  it('is not opened again when it comes again, also by the next process', async () => {
    const world = createWorld(1);
    const { alice, bob } = await makeFriends(world);
    const queue = () => world.network.accounts.get(bob.account)?.queue;
    let handed = 0;
    world.network.fate = (operation) => {
      if (operation !== 'collect') return 'arrives';
      handed++;
      return 'lost';
    };
    await write(alice, bob, 'once');
    await world.pass(60_000);
    expect(handed).toBeGreaterThan(2);
    // The ratchet would refuse it too, and that would be counted.
    expect((await bob.client.status()).refused).toEqual({});

    bob.die();
    await bob.rise();
    await world.pass(60_000);
    expect(queue()).toHaveLength(1);
    world.network.fate = () => 'arrives';
    await world.pass(60_000);
    expect(queue()).toEqual([]);
    expect((await bob.client.status()).refused).toEqual({});
    expect(await texts(bob, alice)).toEqual(['hello', 'once']);
  });
});
