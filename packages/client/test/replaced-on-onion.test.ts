import { describe, expect, it } from 'vitest';
import {
  createWorld,
  makeFriends,
  NETWORK,
  newcomer,
  type Person,
  texts,
  type World,
  write,
} from './world.ts';

const DAY = 24 * 3_600_000;

/** Two people on two roads; Alice's process has ended, and her account is restored on another device. */
async function moved(seed: number, { strict = false } = {}) {
  const world = createWorld(seed, { withOnion: true });
  const { alice, bob } = await makeFriends(world);
  if (strict) await alice.client.setRoad(bob.account, 'onion');
  await world.pass(20_000);
  const words = (await alice.client.showAccount({ phrase: true }))?.words ?? '';
  alice.die();
  const next = newcomer(world, alice.account);
  let waiting = true;
  const restoring = next.client.restoreAccount({ words, name: 'Alice', network: NETWORK }).finally(() => {
    waiting = false;
  });
  while (waiting) await world.pass(1_000);
  expect(await restoring).toMatchObject({ outcome: 'restored' });
  // Three hops there and back take their time, in which a hasty device has sent long ago.
  world.onion.fate = (operation) =>
    operation === 'fetch-record'
      ? new Promise((resolve) => world.clock.after(500, () => resolve('arrives')))
      : 'arrives';
  return { world, alice, bob, next: next.person };
}

/** Requests about somebody's record by the onion road. */
const looks = (world: World, { account }: Person) =>
  world.onion.asked.filter(({ operation, about }) => operation === 'fetch-record' && about === account);

describe('the old device of an account that was restored elsewhere', () => {
  for (const relay of ['refuses it', 'is down'] as const) {
    it(`sends nothing by the onion road when its relay ${relay}`, async () => {
      const { world, alice, bob } = await moved(1);
      if (relay === 'is down') world.network.setDown(true);
      await alice.rise();
      const before = world.onion.delivered.length;
      const sent = await alice.client.send({ to: bob.account, text: 'still me' });
      if (sent.outcome === 'written') {
        const waited = alice.client.waitForCarried(sent.message, 30_000);
        await world.pass(31_000);
        expect(await waited).toEqual({ outcome: 'device-replaced' });
      } else expect(sent).toEqual({ outcome: 'device-replaced' });
      expect(world.onion.delivered.length).toBe(before);
      expect(await texts(bob, alice)).not.toContain('still me');
    });
  }

  it('sends nothing in a strict chat, and asks the relay nothing for it', async () => {
    const { world, alice, bob } = await moved(2, { strict: true });
    world.network.asked.length = 0;
    await alice.rise();
    const before = world.onion.delivered.length;
    const id = await write(alice, bob, 'still me');
    await world.pass(1_000);
    expect(await alice.client.waitForCarried(id, 0)).toEqual({ outcome: 'device-replaced' });
    expect(world.onion.delivered.length).toBe(before);
    expect(world.network.asked.filter(({ about }) => about === bob.account)).toEqual([]);
  });

  it('leaves the record of the other one alone, though its own had not reached every road', async () => {
    const { world, alice } = await moved(3);
    const own = await alice.store.account();
    if (own === undefined) throw new Error('no account');
    await alice.store.commit([{ kind: 'put-account', state: { ...own, recordPending: true } }]);
    const shown = world.onion.records.get(alice.account);
    // Nobody else tells it.
    world.network.setDown(true);
    await alice.rise();
    await world.pass(60_000);
    expect(world.onion.asked.filter(({ by }) => by === alice.account).length).toBeGreaterThan(0);
    expect(await alice.client.status()).toMatchObject({ replaced: true });
    expect(world.onion.records.get(alice.account)).toEqual(shown);
  });

  it('makes no revision of its own, however long it was away', async () => {
    const { world, alice, next } = await moved(4);
    next.die();
    await world.pass(4 * DAY);
    await alice.rise();
    await world.pass(2_000);
    expect(await alice.client.status()).toMatchObject({ replaced: true });
  });

  it('erases itself only, and says so, before it knew', async () => {
    const { world, alice, bob, next } = await moved(5);
    const shown = world.onion.records.get(alice.account);
    await alice.rise();
    const deleting = alice.client.deleteAccount();
    await world.pass(1_000);
    expect(await deleting).toMatchObject({ outcome: 'deleted', onlyHere: 'replaced' });
    expect(world.onion.records.get(alice.account)).toEqual(shown);
    await write(next, bob, 'here');
    await world.pass(1_000);
    expect((await texts(bob, next)).at(-1)).toBe('here');
  });

  it('deletes nothing of the account while nobody can tell it, also when forced', async () => {
    const { world, alice } = await moved(6);
    const shown = world.onion.records.get(alice.account);
    world.network.setDown(true);
    world.onion.fate = (operation) => (operation === 'fetch-record' ? 'lost' : 'arrives');
    await alice.rise();
    const deleting = alice.client.deleteAccount({ force: true });
    await world.pass(60_000);
    expect(await deleting).toMatchObject({ outcome: 'deleted', onlyHere: 'unconfirmed' });
    expect(world.onion.records.get(alice.account)).toEqual(shown);
  });
});

describe('a device that its relay refuses', () => {
  it('sends nothing until its record has been read, then goes by the onion road when it still lists it', async () => {
    const world = createWorld(6, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    alice.die();
    const kept = world.network.accounts.get(alice.account);
    if (kept === undefined) throw new Error('no account');
    kept.registrationId = (kept.registrationId % 0x3fff) + 1;
    world.onion.fate = (operation) => (operation === 'fetch-record' ? 'lost' : 'arrives');
    await alice.rise();
    const id = await write(alice, bob, 'the relay lies');
    await world.pass(60_000);
    expect(await alice.client.message(id)).toMatchObject({
      state: 'queued',
      problem: 'maybe-replaced',
    });
    world.onion.fate = () => 'arrives';
    await world.pass(120_000);
    expect(await alice.client.message(id)).toMatchObject({ road: 'onion' });
    expect((await texts(bob, alice)).at(-1)).toBe('the relay lies');
  });
});

describe('an old device whose first look came too early', () => {
  it('looks again soon, and learns for good that the account goes on without it', async () => {
    const { world, alice } = await moved(9);
    let isEarly = true;
    const fate = (operation: string) => (isEarly && operation === 'fetch-record' ? 'lost' : 'arrives');
    world.onion.fate = fate;
    world.network.fate = fate;
    await alice.rise();
    await world.pass(1_000);
    expect(await alice.client.status()).toMatchObject({ replaced: false });
    isEarly = false;
    await world.pass(45_000);
    expect(await alice.client.status()).toMatchObject({ replaced: true });
  });
});

describe('a device that is well', () => {
  it('reads its record once before it sends by the onion road, not for each message', async () => {
    const world = createWorld(7, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.setRoad(bob.account, 'onion');
    alice.die();
    world.onion.asked.length = 0;
    await alice.rise();
    for (let number = 0; number < 10; number++) {
      await write(alice, bob, `${number}`);
      await world.pass(1_000);
    }
    expect((await texts(bob, alice)).slice(-10)).toHaveLength(10);
    expect((await texts(bob, alice)).at(-1)).toBe('9');
    expect(looks(world, alice).length).toBeLessThanOrEqual(2);
  });

  it('does not wait for a silent swarm longer than for an answer, and not again for the next message', async () => {
    const world = createWorld(8, { withOnion: true });
    const { alice, bob } = await makeFriends(world);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(20_000);
    alice.die();
    world.onion.fate = (operation) =>
      operation === 'fetch-record' && world.onion.asked.at(-1)?.about === alice.account
        ? 'silent'
        : 'arrives';
    await alice.rise();
    const first = await write(alice, bob, 'one');
    await world.pass(9_000);
    expect(await alice.client.message(first)).toMatchObject({ state: 'queued' });
    await world.pass(2_000);
    expect(await alice.client.message(first)).toMatchObject({ road: 'onion' });
    const second = await write(alice, bob, 'two');
    await world.pass(100);
    expect(await alice.client.message(second)).toMatchObject({ road: 'onion' });
  });
});
