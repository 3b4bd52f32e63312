import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, type Person, texts, write } from './world.ts';

/** What the commit that writes a text down holds of the ratchet. */
function watchWriting(person: Person): { commits: number; encrypted: boolean[] } {
  const seen = { commits: 0, encrypted: [] as boolean[] };
  person.store.beforeCommit = (work) => {
    seen.commits++;
    if (!work.some(({ kind }) => kind === 'put-message')) return;
    for (const change of work) {
      if (change.kind === 'put-outbox') seen.encrypted.push(change.entry.encrypted.length > 0);
    }
  };
  return seen;
}

describe('a text that would be carried at once', () => {
  it('is encrypted in the commit that writes it down, and is two commits in all', async () => {
    const world = createWorld(31);
    const { alice, bob } = await makeFriends(world);
    const seen = watchWriting(alice);
    await write(alice, bob, 'at once');
    await world.pass(100);
    expect(seen).toEqual({ commits: 2, encrypted: [true] });
    expect((await texts(bob, alice)).at(-1)).toBe('at once');
  });

  it('is lost whole with that commit, and the next one is read', async () => {
    const world = createWorld(32);
    const { alice, bob } = await makeFriends(world);
    alice.store.beforeCommit = () => {
      alice.store.beforeCommit = undefined;
      throw new Error('disk full');
    };
    await expect(alice.client.send({ to: bob.account, text: 'lost' })).rejects.toThrow('disk full');
    expect(await alice.store.outbox()).toEqual([]);
    await write(alice, bob, 'kept');
    await world.pass(100);
    expect((await texts(bob, alice)).slice(1)).toEqual(['kept']);
  });
});

describe('a text that has to wait', () => {
  it('is encrypted when its turn comes, where no road is up', async () => {
    const world = createWorld(33);
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(100);
    const seen = watchWriting(alice);
    await write(alice, bob, 'first');
    await write(alice, bob, 'second');
    expect(seen.encrypted).toEqual([false, false]);
    world.network.setDown(false);
    await world.pass(60_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['first', 'second']);
  });

  it('is encrypted when its turn comes, where another is before it', async () => {
    const world = createWorld(35);
    const { alice, bob } = await makeFriends(world);
    world.network.fate = (operation) => (operation === 'deliver' ? 'silent' : 'arrives');
    const seen = watchWriting(alice);
    await write(alice, bob, 'first');
    await world.pass(100);
    await write(alice, bob, 'second');
    expect(seen.encrypted).toEqual([true, false]);
    world.network.fate = () => 'arrives';
    await world.pass(60_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['first', 'second']);
  });

  it('is taken back without a gap while the road is silent about the one before it', async () => {
    const world = createWorld(79);
    const { alice, bob } = await makeFriends(world);
    world.network.setDown(true);
    await world.pass(100);
    await write(alice, bob, 'first');
    await write(alice, bob, 'second');
    const third = await write(alice, bob, 'third');
    world.network.fate = (operation) => (operation === 'deliver' ? 'silent' : 'arrives');
    world.network.setDown(false);
    await world.pass(4_000);
    expect((await alice.store.outbox()).map(({ encrypted }) => encrypted.length)).toEqual([1, 0, 0]);
    await alice.client.deleteMessage(third);
    world.network.fate = () => 'arrives';
    await world.pass(60_000);
    await write(alice, bob, 'fourth');
    await world.pass(90_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(['first', 'second', 'fourth']);
  });

  it('is encrypted when there is a session', async () => {
    const world = createWorld(34);
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const seen = watchWriting(alice);
    await write(alice, bob, 'may I?');
    expect(seen.encrypted).toEqual([false]);
    await world.pass(100);
    expect(await texts(bob, alice)).toEqual(['may I?']);
  });
});
