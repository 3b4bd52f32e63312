import { quiet } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

const HOUR = 3_600_000;

describe('upkeep', () => {
  it('repeats the one-time keys that a road did not take, until it has them', async () => {
    const world = createWorld(11);
    const alice = await world.join('Alice');
    const kept = world.network.accounts.get(alice.account);
    if (kept === undefined) throw new Error('not at the relay');
    await world.pass(HOUR);
    const stored = async () => (await alice.store.ratchet.keys('pre-key')).length;
    const before = await stored();

    kept.keys = { ...kept.keys, preKeys: [] };
    world.network.fate = (operation) => (operation === 'publish-pre-keys' ? 'lost' : 'arrives');
    await world.pass(2 * HOUR);
    await quiet();
    expect(kept.keys.preKeys).toHaveLength(0);
    expect(await stored()).toBe(before + 100);

    world.network.fate = () => 'arrives';
    await world.pass(HOUR);
    const first = kept.keys.preKeys.map(({ id }) => id);
    expect(first).toHaveLength(100);
    expect(await stored()).toBe(before + 100);

    // Those were confirmed, so that none of them is given to a second stranger.
    kept.keys = { ...kept.keys, preKeys: [] };
    await world.pass(2 * HOUR);
    expect(kept.keys.preKeys).toHaveLength(100);
    expect(kept.keys.preKeys.some(({ id }) => first.includes(id))).toBe(false);
  });
});
