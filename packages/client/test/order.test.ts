import type { Bytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, makeFriends, type Person, texts, type World, write } from './world.ts';

/** Alice writes so many texts while Bob is away; what the relay took of them, in the order of writing. */
async function writeAway(world: World, alice: Person, bob: Person, count: number): Promise<Bytes[]> {
  bob.die();
  for (let number = 1; number <= count; number++) await write(alice, bob, `${number}`);
  await world.pass(1_000);
  const kept = world.network.accounts.get(bob.account);
  const sealed = kept?.queue.splice(0).map((envelope) => envelope.sealed) ?? [];
  expect(sealed).toHaveLength(count);
  await bob.rise();
  await world.pass(100);
  return sealed;
}

/** One envelope comes in, or something happens in between. */
type Step =
  | { readonly kind: 'relay' | 'onion'; readonly index: number }
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'restart' };

async function play(
  world: World,
  bob: Person,
  sealed: readonly Bytes[],
  steps: readonly Step[],
): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'pass') await world.pass(step.milliseconds);
    else if (step.kind === 'restart') {
      bob.die();
      await bob.rise();
    } else {
      const bytes = sealed[step.index];
      if (bytes === undefined) throw new Error('no such text');
      if (step.kind === 'relay') world.network.inject(bob.account, bytes);
      else world.onion.inject(`request ${bob.account}`, bytes);
      await world.pass(1);
    }
  }
}

/** What a reader must see after any disorder: each text once, late ones accounted for, notices that add up. */
function check(screen: readonly string[], came: ReadonlySet<string>): void {
  const shown = screen.filter((line) => !line.startsWith('('));
  expect(shown.toSorted()).toEqual([...came].toSorted());
  const prompt: number[] = [];
  for (const number of shown.map(Number)) if (number > (prompt.at(-1) ?? 0)) prompt.push(number);
  const late = shown.length - prompt.length;
  const told = screen
    .filter((line) => line.startsWith('('))
    .map((line) => Number.parseInt(line.slice(1), 10));
  const lost = (prompt.at(-1) ?? 0) - shown.length;
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(lost + late);
}

const anyCount = 8;
const anyArrival = fc.record({
  kind: fc.constantFrom<('relay' | 'onion')[]>('relay', 'onion'),
  index: fc.integer({ min: 0, max: anyCount - 1 }),
});
const anyPause = fc.record({
  kind: fc.constant('pass' as const),
  milliseconds: fc.integer({ max: 40_000, min: 0 }),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyArrival },
  { weight: 2, arbitrary: anyPause },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
);

describe('a backlog', () => {
  it('leaves in order with few commits, and what cannot be finished is not carried again', async () => {
    const world = createWorld(78);
    const { alice, bob } = await makeFriends(world);
    const numbers = Array.from({ length: 60 }, (_, index) => `burst ${index}`);
    let isFull = true;
    alice.store.beforeCommit = (work) => {
      if (!isFull || work.filter(({ kind }) => kind === 'delete-outbox').length < 5) return;
      isFull = false;
      throw new Error('disk full');
    };
    const before = { commits: alice.store.commits, delivered: world.network.delivered.length };
    const ids = await Promise.all(numbers.map((text) => write(alice, bob, text)));
    await world.pass(5_000);
    expect(isFull).toBe(false);
    expect((await texts(bob, alice)).slice(1)).toEqual(numbers);
    expect(
      world.network.delivered.slice(before.delivered).filter(({ to }) => to === bob.account),
    ).toHaveLength(60);
    for (const id of ids) expect(await alice.client.message(id)).toMatchObject({ state: 'sent' });
    expect(alice.store.commits - before.commits).toBeLessThan(12);
    expect(await alice.store.outbox()).toEqual([]);
  });

  it('is few commits, and comes again whole and in order when one of them fails', async () => {
    const world = createWorld(77);
    const { alice, bob } = await makeFriends(world);
    const numbers = Array.from({ length: 60 }, (_, index) => `backlog ${index}`);
    bob.die();
    for (const text of numbers) await write(alice, bob, text);
    await world.pass(1_000);
    let isFull = true;
    bob.store.beforeCommit = (work) => {
      const isMany = work.filter(({ kind }) => kind === 'put-message').length > 5;
      if (!isFull || !isMany) return;
      isFull = false;
      throw new Error('disk full');
    };
    const before = bob.store.commits;
    await bob.rise();
    await world.pass(100);
    expect(isFull).toBe(false);
    expect((await texts(bob, alice)).length).toBeLessThan(60);
    await world.pass(10_000);
    expect((await texts(bob, alice)).slice(1)).toEqual(numbers);
    expect(bob.store.commits - before).toBeLessThan(20);
  });
});

describe('the order of a sender', () => {
  it('is kept by two roads, with losses, doubles, pauses and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(anyStep, { maxLength: 24 }), async (seed, steps) => {
        const world = createWorld(seed, { withOnion: true });
        const { alice, bob } = await makeFriends(world);
        const sealed = await writeAway(world, alice, bob, anyCount);
        await play(world, bob, sealed, steps);
        await world.pass(61_000);
        const came = new Set(
          steps.flatMap((step) =>
            step.kind === 'relay' || step.kind === 'onion' ? [`${step.index + 1}`] : [],
          ),
        );
        const screen = (await texts(bob, alice)).slice(1);
        check(screen, came);
        // Whoever takes page by page, and whoever listens, gets the same in the same order.
        const taken = (await bob.client.takeReceived(undefined, 100)).slice(1);
        const lines = taken.map(({ message }) =>
          message.kind === 'gap' ? `(${message.text} missing)` : message.text,
        );
        expect(lines).toEqual(screen);
        const told = bob.events.flatMap((event) =>
          event.event === 'message' && event.message.direction === 'in' ? [event.message.sequence] : [],
        );
        expect(told).toEqual(told.toSorted((left, right) => left - right));
        expect(new Set(told).size).toBe(told.length);
        expect(await bob.store.countHeld(alice.account)).toBe(0);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('needs no notice when everything comes within half a minute, in any order', async () => {
    const order = Array.from({ length: anyCount }, (_, index) => index);
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.shuffledSubarray(order, { minLength: anyCount }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: anyCount, maxLength: anyCount }),
        fc.boolean(),
        async (seed, shuffled, pauses, friends) => {
          const world = createWorld(seed, { withOnion: true });
          const met = friends ? await makeFriends(world) : undefined;
          const alice = met?.alice ?? (await world.join('Alice'));
          const bob = met?.bob ?? (await world.join('Bob'));
          const sealed = await writeAway(world, alice, bob, anyCount);
          const steps = shuffled.flatMap((index, place): Step[] => [
            { kind: place % 2 === 0 ? 'relay' : 'onion', index },
            { kind: 'pass', milliseconds: pauses[place] ?? 0 },
          ]);
          await play(world, bob, sealed, steps);
          const screen = await texts(bob, alice);
          expect(screen.slice(friends ? 1 : 0)).toEqual(order.map((index) => `${index + 1}`));
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  it('holds what overtook from every reader, and survives the process that held it', async () => {
    const world = createWorld(3, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const sealed = await writeAway(world, alice, bob, 3);
    await play(world, bob, sealed, [{ kind: 'onion', index: 2 }, { kind: 'restart' }]);
    await world.pass(20_000);
    expect(await texts(bob, alice)).toEqual(['hello']);
    expect(await bob.client.takeReceived(undefined, 9)).toHaveLength(1);
    // It is on disk and its road need not bring it again.
    expect(await bob.store.countHeld(alice.account)).toBe(1);
    await play(world, bob, sealed, [
      { kind: 'relay', index: 1 },
      { kind: 'relay', index: 0 },
    ]);
    expect(await texts(bob, alice)).toEqual(['hello', '1', '2', '3']);
    const roads = (await bob.client.messages(alice.account, { limit: 3 })).map(({ road }) => road);
    expect(roads).toEqual(['onion', 'relay', 'relay']);
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', '1', '2', '3']);
  });

  it('is given up by a notice in its place, and by a clock that went back', async () => {
    const world = createWorld(4, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    const sealed = await writeAway(world, alice, bob, 5);
    await play(world, bob, sealed, [
      { kind: 'onion', index: 3 },
      { kind: 'relay', index: 1 },
    ]);
    bob.die();
    const { client } = world.build(bob.store, bob.events, { skew: -365 * 24 * 3_600_000 });
    await client.start();
    await world.pass(1_000);
    expect(await texts({ ...bob, client }, alice)).toEqual(['hello', '(1 missing)', '2', '(1 missing)', '4']);
  });

  it('does not show what a blocked or deleted contact had waiting', async () => {
    for (const end of ['block', 'deleteContact'] as const) {
      const world = createWorld(5, { withOnion: true });
      const { alice, bob } = await makeFriends(world);
      const sealed = await writeAway(world, alice, bob, 3);
      await play(world, bob, sealed, [{ kind: 'onion', index: 2 }]);
      await bob.client[end](alice.account);
      await world.pass(60_000);
      expect(await texts(bob, alice)).toEqual(end === 'block' ? ['hello'] : []);
      expect(await bob.store.countHeld(alice.account)).toBe(0);
      await bob.client.unblock(alice.account);
      await write(alice, bob, 'after it');
      await world.pass(100);
      expect((await texts(bob, alice)).at(-1)).toBe('after it');
    }
  });

  it('lets a stranger leave no more than a request holds, shown or not', async () => {
    const world = createWorld(6, { withOnion: true });
    const alice = await world.join('Alice');
    const bob = await world.join('Bob');
    const sealed = await writeAway(world, alice, bob, 210);
    const steps = sealed.slice(1).map((_, index): Step => ({ kind: 'relay', index: index + 1 }));
    await play(world, bob, sealed, steps);
    expect(await bob.store.countHeld(alice.account)).toBe(200);
    expect(await texts(bob, alice)).toEqual([]);
    await world.pass(60_000);
    // Whoever begins in the middle is followed from there, without a notice.
    expect((await texts(bob, alice)).slice(0, 2)).toEqual(['2', '3']);
    expect(await texts(bob, alice)).toHaveLength(200);
  });
});

describe('an envelope that could not be written down', () => {
  it('is opened when it comes again, and those behind it with it', async () => {
    const world = createWorld(77);
    const { alice, bob } = await makeFriends(world);
    bob.die();
    for (const text of ['a', 'b', 'c']) await write(alice, bob, text);
    await world.pass(1_000);
    let full = true;
    bob.store.beforeCommit = (work) => {
      if (!full || !work.some(({ kind }) => kind === 'put-message')) return;
      full = false;
      throw new Error('disk full');
    };
    await bob.rise();
    await world.pass(1_500);
    expect(full).toBe(false);
    expect(await texts(bob, alice)).toEqual(['hello', 'a', 'b', 'c']);
  });
});
