import { type Bytes, equalBytes, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactBox } from '../src/box.ts';
import { EARLIER_BOX_LIFETIME } from '../src/limits.ts';
import { decodeMemory } from '../src/memory.ts';
import { createTestNetwork, type TestNetwork, type TestNode } from './network.ts';
import {
  createTestCollector,
  credentialsOf,
  deliveryTo,
  finish,
  makePerson,
  makeRoad,
  until,
} from './world.ts';

const bob = makePerson(2);
const MAILBOX = contactBox(new Uint8Array(32).fill(7)).key;

function put(network: TestNetwork, node: TestNode, text: string, box: Bytes = MAILBOX): void {
  node.store.keep({
    method: 'store',
    mailbox: box,
    namespace: 40,
    data: utf8(text),
    timestamp: network.clock.now(),
    expiry: network.clock.now() + 86_400_000,
  });
}

function setOut(network = createTestNetwork()) {
  const { road } = makeRoad(network);
  const collected = createTestCollector();
  const members = network.membersOf(MAILBOX) as [TestNode, TestNode, TestNode];
  const start = () => road.start(credentialsOf(bob), collected.collector);
  return { network, road, collected, members, start };
}

const left = (members: readonly TestNode[]) => members.map(({ store }) => store.box(MAILBOX, 40).length);

describe('what was waiting', () => {
  it('is handed over before the road counts as drained, also what a member lacks', async () => {
    const { network, road, collected, members, start } = setOut();
    put(network, members[0], 'one');
    put(network, members[1], 'one');
    put(network, members[1], 'two');
    put(network, members[2], 'two');
    start();
    await until(network, () => collected.events.includes('drained'));
    expect(collected.texts()).toEqual(['one', 'two']);
    expect(collected.events).toEqual(['connected', 'drained']);
    await road.close();
  });

  it('is complete with any one member down, and not believed complete with two', async () => {
    for (const down of [0, 1, 2]) {
      const { network, road, collected, members, start } = setOut();
      for (const node of members.filter((_, index) => index !== (down + 1) % 3))
        put(network, node, 'durable');
      (members[down] as TestNode).wrong.down = true;
      start();
      await until(network, () => collected.events.includes('drained'));
      expect(collected.texts()).toEqual(['durable']);
      await road.close();
    }
    const { network, road, collected, members, start } = setOut();
    members[0].wrong.down = true;
    members[1].wrong.down = true;
    put(network, members[2], 'only here');
    start();
    await until(network, () => collected.texts().length > 0);
    await network.clock.advance(60_000);
    expect(collected.events).not.toContain('drained');
    await road.close();
  });

  it('comes page by page when it is much, in the order of storing', async () => {
    const { network, road, collected, members, start } = setOut();
    const texts = Array.from({ length: 450 }, (_, number) => `${number}`);
    for (const node of members) for (const text of texts) put(network, node, text);
    start();
    await until(network, () => collected.events.includes('drained'));
    expect(collected.texts()).toEqual(texts);
    await until(network, () => left(members).every((count) => count === 0));
    await road.close();
  });
});

describe('an envelope', () => {
  it('is deleted only after it is committed, and the road is not drained before', async () => {
    const { network, road, collected, members, start } = setOut();
    let commit: () => void = () => undefined;
    collected.settle = () =>
      new Promise((resolve) => {
        commit = resolve;
      });
    for (const node of members) put(network, node, 'slow');
    start();
    await network.clock.advance(60_000);
    expect(collected.texts()).toEqual(['slow']);
    expect(left(members)).toEqual([1, 1, 1]);
    expect(collected.events).toEqual(['connected']);
    commit();
    await until(network, () => left(members).every((count) => count === 0), 30_000);
    expect(collected.events).toEqual(['connected', 'drained']);
    await road.close();
  });

  it('that was rejected is handed over again within a minute, and only then counts', async () => {
    const { network, road, collected, members, start } = setOut();
    let tries = 0;
    collected.settle = () => (++tries < 3 ? Promise.reject(new Error('not now')) : Promise.resolve());
    for (const node of members) put(network, node, 'again');
    start();
    await until(network, () => tries === 1, 10_000);
    expect(collected.events).toEqual(['connected']);
    await until(network, () => tries === 2, 60_000);
    expect(left(members)).toEqual([1, 1, 1]);
    await until(network, () => tries === 3, 60_000);
    await until(network, () => collected.events.includes('drained'));
    await until(network, () => left(members).every((count) => count === 0), 30_000);
    expect(new Set(collected.envelopes.map(({ id }) => id)).size).toBe(1);
    await road.close();
  });

  it('is handed over once, although all members show it and one keeps it', async () => {
    const { network, road, collected, members, start } = setOut();
    start();
    await until(network, () => collected.events.includes('drained'));
    const remove = members[2].store.remove;
    members[2].store.remove = () => ({ failed: true, timeout: true });
    for (const node of members) put(network, node, 'once');
    await until(network, () => left(members.slice(0, 2)).every((count) => count === 0));
    await network.clock.advance(120_000);
    expect(collected.texts()).toEqual(['once']);
    members[2].store.remove = remove;
    // Shown again, it is only told to be deleted again.
    await until(network, () => left(members).every((count) => count === 0));
    expect(collected.texts()).toEqual(['once']);
    await road.close();
  });

  it('that only one member has is found when its turn comes', async () => {
    const { network, road, collected, members, start } = setOut();
    start();
    await until(network, () => collected.events.includes('drained'));
    for (const [index, node] of members.entries()) {
      put(network, node, `only at ${index}`);
      await until(network, () => collected.texts().includes(`only at ${index}`), 75_000);
    }
    await road.close();
  });

  it('that only a slow member has is not forgotten because it came too late', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const network = createTestNetwork({ swarms: [3, 3, 3, 3, 3, 3] });
      const { road, memory } = makeRoad(network, seed);
      const collected = createTestCollector();
      await finish(network, road.probe());
      const saved = memory.saved.at(-1);
      const guards = (saved && decodeMemory(saved)?.guards) ?? [];
      const members = network.membersOf(bob.account);
      // A guard is not asked for our mail.
      const slow = members.find(({ listed }) => !guards.some(({ key }) => equalBytes(key, listed.ed25519)));
      const others = members.filter((node) => node !== slow);
      if (!slow) throw new Error('no member');
      const writer = makeRoad(network, 8).road;
      for (const node of others) node.store.deaf = true;
      await finish(network, writer.deliver(deliveryTo(bob, 'only there')));
      for (const node of others) node.store.deaf = false;
      slow.wrong.slow = 2_000;
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.texts().includes('only there'), 120_000);
      await road.close();
    }
  });

  it('that only a guard of ours has left is found when too few others answer', async () => {
    for (let seed = 1; seed < 100; seed++) {
      const network = createTestNetwork({ swarms: [4, 7], seed });
      const members = network.membersOf(MAILBOX);
      const { road: before, memory } = makeRoad(network);
      await finish(network, before.probe());
      await before.close();
      const saved = await memory.load();
      const guards = (saved && decodeMemory(saved)?.guards) ?? [];
      const isGuard = ({ listed }: TestNode) => guards.some(({ key }) => equalBytes(key, listed.ed25519));
      const holder = members.find(isGuard);
      if (members.length < 7 || holder === undefined) continue;
      put(network, holder, 'the last copy');
      for (const node of members.filter((each) => !isGuard(each)).slice(0, 4)) node.wrong.down = true;
      const { road } = makeRoad(network, 6, memory);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.texts().includes('the last copy'), 300_000);
      await road.close();
      return;
    }
    expect.fail('no guard is a member');
  });

  it('is told of at once when it comes while a member waits', async () => {
    const { network, road, collected, members, start } = setOut();
    start();
    await until(network, () => collected.events.includes('drained'));
    await network.clock.advance(5_000);
    for (const node of members) put(network, node, 'now');
    await network.clock.advance(1);
    expect(collected.texts()).toEqual(['now']);
    await road.close();
  });

  it('under the name of another does not take its place', async () => {
    const { network, road, collected, members, start } = setOut();
    for (const node of members) put(network, node, 'true');
    const [message] = members[1].store.box(MAILBOX, 40);
    if (!message) throw new Error('no message');
    members[0].store.box(MAILBOX, 40).splice(0, 1, { ...message, data: utf8('false') });
    start();
    await until(network, () => collected.events.includes('drained'));
    await network.clock.advance(120_000);
    expect(collected.texts()).toEqual(['true']);
    await road.close();
  });
});

describe('order', () => {
  it('of storing is kept over whatever members lack at the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom([0, 1], [0, 2], [1, 2], [0, 1, 2]), { minLength: 1, maxLength: 12 }),
        async (holders) => {
          const { network, road, collected, members, start } = setOut();
          for (const [number, at] of holders.entries()) {
            await network.clock.advance(1);
            for (const index of at) put(network, members[index] as TestNode, `${number}`);
          }
          start();
          await until(network, () => collected.events.includes('drained'));
          const texts = collected.texts().map(Number);
          expect([...texts].sort((one, other) => one - other)).toEqual(holders.map((_, number) => number));
          for (const node of members) {
            const places = node.store
              .box(MAILBOX, 40)
              .map(({ data }) => texts.indexOf(Number(new TextDecoder().decode(data))));
            expect(places).toEqual([...places].sort((one, other) => one - other));
          }
          await road.close();
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('the state of the road', () => {
  it('is told when it goes down and comes back, and then all is looked for anew', async () => {
    const { network, road, collected, members, start } = setOut();
    start();
    await until(network, () => collected.events.includes('drained'));
    for (const node of network.nodes()) node.wrong.down = true;
    await until(network, () => collected.events.includes('disconnected'), 180_000);
    for (const node of members) put(network, node, 'meanwhile');
    for (const node of network.nodes()) node.wrong.down = false;
    await until(network, () => collected.events.at(-1) === 'drained', 300_000);
    expect(collected.texts()).toEqual(['meanwhile']);
    const order = collected.events.filter((event, index) => event !== collected.events[index - 1]);
    expect(order).toEqual(['connected', 'drained', 'disconnected', 'connected', 'drained']);
    await road.close();
  });

  it('is told to nobody after close', async () => {
    const { network, road, collected, members, start } = setOut();
    start();
    await until(network, () => collected.events.includes('drained'));
    await road.close();
    const before = collected.events.length;
    for (const node of members) put(network, node, 'late');
    await network.clock.advance(120_000);
    expect([collected.texts(), collected.events.length]).toEqual([[], before]);
    expect(network.clock.pending).toBe(0);
    expect(await road.deliver(deliveryTo(bob, 'x', MAILBOX))).toEqual({ outcome: 'unreachable' });
  });

  it('does not hurry where members do not know how to wait', async () => {
    const { network, road, collected, members, start } = setOut();
    for (const node of network.nodes()) node.store.impatient = true;
    start();
    await until(network, () => collected.events.includes('drained'));
    const before = network.nodes().reduce((sum, node) => sum + node.posts.length, 0);
    await network.clock.advance(60_000);
    const polls = network.nodes().reduce((sum, node) => sum + node.posts.length, 0) - before;
    expect(polls).toBeLessThan(100);
    put(network, members[0], 'seen');
    await until(network, () => collected.texts().includes('seen'), 15_000);
    await road.close();
  });
});

describe('the mailbox for contacts', () => {
  it('can be renewed: the new one is told, the old one is read for a month and then no more', async () => {
    const { network, road, collected, start } = setOut();
    expect(road.mailbox?.()).toBeUndefined();
    start();
    expect(road.mailbox?.()).toEqual(MAILBOX);
    await until(network, () => collected.events.includes('drained'));
    const renewed = road.renewMailbox?.(network.clock.now());
    expect(road.mailbox?.()).toEqual(MAILBOX);
    renewed?.use();
    const next = road.mailbox?.();
    if (!next || !renewed) throw new Error('no mailbox');
    expect(next).not.toEqual(MAILBOX);
    const writer = makeRoad(network, 8).road;
    await finish(network, writer.deliver(deliveryTo(bob, 'to the old', MAILBOX)));
    await finish(network, writer.deliver(deliveryTo(bob, 'to the new', next)));
    await until(network, () => collected.texts().length === 2);
    await road.close();

    const later = createTestCollector();
    const { road: again } = makeRoad(network, 11);
    again.start(renewed.credentials, later.collector);
    expect(again.mailbox?.()).toEqual(next);
    await until(network, () => later.events.includes('drained'));
    await finish(network, writer.deliver(deliveryTo(bob, 'still', MAILBOX)));
    await until(network, () => later.texts().includes('still'));
    await again.close();

    const third = makeRoad(network, 12).road;
    const last = createTestCollector();
    await finish(network, writer.deliver(deliveryTo(bob, 'too late', MAILBOX)));
    await writer.close();
    await network.clock.advance(60_000);
    expect(network.clock.pending).toBe(0);
    await network.clock.advance(EARLIER_BOX_LIFETIME);
    third.start(renewed.credentials, last.collector);
    await until(network, () => last.events.includes('drained'));
    await network.clock.advance(60_000);
    expect(last.texts()).toEqual([]);
    await third.close();
  });
});
