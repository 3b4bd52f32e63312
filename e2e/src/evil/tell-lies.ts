import { describe, expect, it } from 'vitest';
import type { Chats } from './chats.ts';
import type { Lie, LieGroup } from './lie.ts';
import type { Person } from './person.ts';

export interface LiarsWorld {
  readonly chats: Chats;
  readonly alice: Person;
  readonly bob: Person;
}

export interface Liar<World> {
  readonly world: () => World;
  /** How often the hostile code ran so far. */
  readonly told: () => number;
  /** The lie is over. Resolves when the road can be used. */
  honest(world: World): Promise<void>;
}

/**
 * A test for each lie. The lie is told, at least once; it ends; and then everything that was written is shown
 * once and in order on both sides, and honest messages go both ways.
 */
export function tellLies<World extends LiarsWorld>(
  groups: readonly LieGroup<World>[],
  liar: Liar<World>,
): void {
  for (const { title, lies } of groups) {
    describe(title, () => {
      for (const lie of lies) it(lie.name, () => tell(lie, liar));
    });
  }
}

async function tell<World extends LiarsWorld>(lie: Lie<World>, liar: Liar<World>): Promise<void> {
  const world = liar.world();
  expect(broken.get(world), 'an earlier lie has left the world broken').toBeUndefined();
  broken.set(world, lie.name);
  const before = liar.told();
  try {
    await lie.act(world);
    expect(liar.told(), 'the lie was told').toBeGreaterThan(before);
  } catch (error) {
    // What went wrong first is what is told.
    await liar.honest(world).catch(() => undefined);
    throw error;
  }
  await liar.honest(world);
  const { alice, bob, chats } = world;
  await chats.say(alice, bob);
  await chats.say(bob, alice);
  // What a liar has not answered may be waited for a while yet.
  await chats.settle(60_000);
  broken.delete(world);
}

/** Worlds in which something was lost or doubled, or is not over; there is no use in going on in them. */
const broken = new Map<unknown, string>();
