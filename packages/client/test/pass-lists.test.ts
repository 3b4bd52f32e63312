import { decodeContent, MAX_LIST_PART_BYTES } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { sendContent } from './send-content.ts';
import { createWorld, makeFriends, type Person, texts, type World, write } from './world.ts';

const DAY = 24 * 3_600_000;

/** Two who have accepted each other; Alice goes by a newer list than Bob, and everybody has heard what there was to hear. */
async function apart(seed: number): Promise<{ world: World; alice: Person; bob: Person }> {
  const world = createWorld(seed, { withOnion: true });
  const { alice, bob } = await makeFriends(world);
  world.onion.lists.set(alice.account, 12).set(bob.account, 10);
  return { world, alice, bob };
}

/** What has been put into the relay’s and the storage nodes’ mailboxes of somebody. */
const deliveries = (world: World, to: Person) =>
  [...world.network.delivered, ...world.onion.delivered].filter((each) => each.to === to.account).length;

describe('a list of storage nodes that is newer than a contact’s', () => {
  it('goes along with the receipt for what the contact writes', async () => {
    const { world, alice, bob } = await apart(1);
    await write(bob, alice, 'I was away');
    await world.pass(30_000);
    expect(world.onion.given).toEqual([{ to: bob.account, sequence: 12 }]);
    expect(world.onion.lists.get(bob.account)).toBe(12);
    // Nothing of it is shown, and it counts as no text.
    expect(await texts(bob, alice)).toEqual(['hello']);
    await write(alice, bob, 'welcome');
    await world.pass(30_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'welcome']);
  });

  it('goes along with the next text, once a receipt has told that theirs is old, and not by itself', async () => {
    const { world, alice, bob } = await apart(2);
    await write(alice, bob, 'there?');
    await world.pass(60_000);
    expect(world.onion.given).toEqual([]);
    const before = deliveries(world, bob);
    await world.pass(3_600_000);
    expect(deliveries(world, bob)).toBe(before);
    await write(alice, bob, 'still there?');
    await world.pass(60_000);
    expect(world.onion.given).toEqual([{ to: bob.account, sequence: 12 }]);
  });

  it('goes once a day at most, whatever they say, also after a restart', async () => {
    const { world, alice, bob } = await apart(3);
    for (let day = 0; day < 2; day++) {
      for (const text of ['one', 'two', 'three']) {
        await write(bob, alice, text);
        await world.pass(60_000);
        // As if what was given had been lost.
        world.onion.lists.set(bob.account, 10);
        alice.die();
        await alice.rise();
      }
      expect(world.onion.given).toHaveLength(day + 1);
      await world.pass(DAY + 2 * 3_600_000);
    }
  });

  it('is cut to what a message holds, and put together again', async () => {
    const { world, alice, bob } = await apart(4);
    world.onion.listBytes = 3 * MAX_LIST_PART_BYTES + 5;
    await write(bob, alice, 'I was away');
    await world.pass(60_000);
    expect(world.onion.given).toEqual([{ to: bob.account, sequence: 12 }]);
    expect(world.onion.lists.get(bob.account)).toBe(12);
  });

  it('goes by the road of its chat: where that is strict, by no other', async () => {
    const { world, alice, bob } = await apart(5);
    await alice.client.setRoad(bob.account, 'onion');
    await world.pass(1_000);
    const byRelay = world.network.delivered.length;
    await write(bob, alice, 'strictly');
    await world.pass(60_000);
    expect(world.onion.given).toEqual([{ to: bob.account, sequence: 12 }]);
    expect(world.network.delivered.length).toBe(byRelay);
  });

  it('is not spoken of where nobody has signed it', async () => {
    const { world, alice, bob } = await apart(6);
    world.onion.lists.delete(alice.account);
    await write(bob, alice, 'I was away');
    await world.pass(60_000);
    await write(alice, bob, 'so was I');
    await world.pass(60_000);
    expect(world.onion.given).toEqual([]);
  });

  it('does not follow from what lay at a road for days', async () => {
    const { world, alice, bob } = await apart(7);
    alice.die();
    await write(bob, alice, 'I was away');
    await world.pass(2 * DAY);
    await alice.rise();
    await world.pass(60_000);
    expect(await texts(alice, bob)).toContain('I was away');
    expect(world.onion.given).toEqual([]);
  });
});

describe('somebody who is no accepted contact', () => {
  it('is neither told nor given anything, and is not heard', async () => {
    const { world, alice, bob } = await apart(8);
    const mallory = await world.join('Mallory');
    world.onion.lists.set(mallory.account, 10);
    await write(mallory, alice, 'hello');
    await world.pass(1_000);
    await say(world, mallory, alice, 10);
    await forge(world, mallory, alice, 40);
    await world.pass(60_000);
    // What a stranger has said is not heard later either.
    await write(alice, mallory, 'accepted');
    await world.pass(1_000);
    await alice.client.block(bob.account);
    await forge(world, bob, alice, 41);
    expect(world.onion.given).toEqual([]);

    world.network.setDown(true);
    world.onion.setDown(true);
    await write(alice, mallory, 'to a contact');
    await alice.client.send({ to: `05${'cd'.repeat(32)}`, text: 'to a stranger' });
    const told = (await alice.store.outbox()).map(({ content }) => decodeContent(content).sotto?.directory);
    expect(told.map((directory) => directory?.sequence)).toEqual([12n, undefined]);
  });
});

describe('a contact who gives lists that do not hold', () => {
  it('is not listened to for an hour, and others are', async () => {
    const { world, alice, bob } = await apart(9);
    const carol = await world.join('Carol');
    await alice.client.addContact(carol.account);
    await write(carol, alice, 'hello');
    await world.pass(100);
    await write(alice, carol, 'hello back');
    await world.pass(60_000);
    world.onion.lists.set(carol.account, 30).set(alice.account, 10).set(bob.account, 10);
    await forge(world, bob, alice, 40);
    await forge(world, bob, alice, 41);
    await world.pass(60_000);
    expect(world.onion.given).toEqual([{ to: alice.account, sequence: 40 }]);
    expect(world.onion.lists.get(alice.account)).toBe(10);
    await write(alice, carol, 'where are they?');
    await world.pass(60_000);
    await write(carol, alice, 'here');
    await world.pass(60_000);
    expect(world.onion.lists.get(alice.account)).toBe(30);
    await world.pass(3_600_000);
    await forge(world, bob, alice, 42);
    await world.pass(60_000);
    expect(world.onion.given.at(-1)).toEqual({ to: alice.account, sequence: 42 });
  });
});

/** The number of a list, from whoever may have a changed program. */
async function say(world: World, from: Person, to: Person, sequence: number): Promise<void> {
  await sendContent(world, from, to, {
    dataMessage: { body: 'well?', timestamp: BigInt(world.clock.now()) },
    sotto: { directory: { sequence: BigInt(sequence), network: new Uint8Array(8) } },
  });
}

/** A list that nobody has signed, in one part. */
async function forge(world: World, from: Person, to: Person, sequence: number): Promise<void> {
  const list = new Uint8Array(60).fill(9);
  new DataView(list.buffer).setUint32(0, sequence);
  await sendContent(world, from, to, {
    sotto: { directory: { sequence: BigInt(sequence), network: new Uint8Array(8), list, part: 0, parts: 1 } },
  });
}
