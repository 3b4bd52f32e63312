import { type Bytes, toBase64 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { createTestNetwork, type TestNetwork, type TestNode } from './network.ts';
import {
  changePlaces,
  createTestCollector,
  credentialsOf,
  deliveryTo,
  finish,
  makePerson,
  makeRoad,
  recordOf,
} from './world.ts';

const bob = makePerson(2);
const carol = makePerson(3);

async function setOut(options: Parameters<typeof createTestNetwork>[0] = {}) {
  const network = createTestNetwork(options);
  const bobs = makeRoad(network, 5);
  bobs.road.start(credentialsOf(bob), createTestCollector().collector);
  await network.clock.advance(1_000);
  const alices = makeRoad(network, 6);
  const publish = (record: Bytes) => finish(network, bobs.road.publishRecord(bob.account, record));
  const fetch = () => finish(network, alices.road.fetchRecord(bob.account));
  return {
    network,
    publish,
    fetch,
    members: network.membersOf(bob.account) as [TestNode, TestNode, TestNode],
  };
}

describe('an account’s record', () => {
  it('is stored in its swarm, replaced there and found by anybody', async () => {
    const { publish, fetch, members } = await setOut();
    expect(await fetch()).toEqual({ outcome: 'unknown-account' });
    expect(await publish(recordOf(bob))).toEqual({ outcome: 'published' });
    expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob) });
    expect(await publish(recordOf(bob, 2))).toEqual({ outcome: 'published' });
    expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob, 2) });
    for (const { store } of members) expect(store.box(bob.account, -41)).toHaveLength(1);
  });

  it('is the newest that any of a read quorum has: an old one shown by a liar counts for nothing', async () => {
    const { network, publish, fetch, members } = await setOut();
    await publish(recordOf(bob, 3));
    for (const liar of members) {
      show(liar, network, recordOf(bob, 2));
      expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob, 3) });
      delete liar.wrong.onRpc;
    }
  });

  it('is looked for in a newer list when nobody of its swarm answers', async () => {
    const { network, fetch, members } = await setOut({ swarms: [3, 3, 3] });
    changePlaces(network, members);
    for (const node of members) node.wrong.down = true;
    await network.clock.advance(120_000);
    const outcomes: string[] = [];
    for (let round = 0; round < 5; round++) {
      outcomes.push((await fetch()).outcome);
      await network.clock.advance(60_000);
    }
    expect(outcomes[0]).toBe('unreachable');
    // Those who keep it by that list have none. To ask for a list can fail as well, the dead being on the way.
    expect(outcomes.at(-1)).toBe('unknown-account');
  });

  it('is never one that the account did not sign, and who shows such a thing has not answered', async () => {
    const { network, publish, fetch, members } = await setOut();
    await publish(recordOf(bob));
    show(members[0], network, recordOf(carol, 9));
    expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob) });
    const damaged = recordOf(bob, 9);
    damaged[40] = (damaged[40] ?? 0) ^ 1;
    show(members[0], network, damaged);
    expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob) });
    show(members[1], network, damaged);
    expect(await fetch()).toEqual({ outcome: 'unreachable' });
  });

  it('is none when its owner has put there what is no record: nobody may wait for such a sender', async () => {
    const { publish, fetch, members } = await setOut();
    await publish(new Uint8Array(100).fill(9));
    expect(await fetch()).toEqual({ outcome: 'unknown-account' });
    members[0].wrong.down = true;
    expect(await fetch()).toEqual({ outcome: 'unknown-account' });
    // One member that shows nothing of use is no quorum.
    members[1].wrong.frozen = true;
    expect(await fetch()).toEqual({ outcome: 'unreachable' });
  });

  it('is found while enough members answer, and not guessed when they do not', async () => {
    const { publish, fetch, members } = await setOut();
    await publish(recordOf(bob));
    members[0].wrong.down = true;
    expect(await fetch()).toMatchObject({ outcome: 'found' });
    members[1].wrong.frozen = true;
    expect(await fetch()).toEqual({ outcome: 'unreachable' });
  });

  it('is not waited for at a member that hangs when the others are enough', async () => {
    const { network, publish, fetch, members } = await setOut();
    await publish(recordOf(bob));
    members[2].wrong.frozen = true;
    const before = network.clock.now();
    expect(await fetch()).toMatchObject({ outcome: 'found' });
    expect(network.clock.now() - before).toBeLessThan(2_000);
  });

  it('is published only when enough members hold it', async () => {
    const { publish, members } = await setOut();
    members[0].store.deaf = true;
    expect(await publish(recordOf(bob))).toEqual({ outcome: 'published' });
    members[1].store.deaf = true;
    expect(await publish(recordOf(bob, 2))).toEqual({ outcome: 'unreachable' });
  });

  it('makes room for itself where members cannot replace the only message of an account', async () => {
    const { publish, fetch, members } = await setOut();
    await publish(recordOf(bob));
    for (const { store } of members) store.cannotReplace = true;
    expect(await publish(recordOf(bob, 2))).toEqual({ outcome: 'published' });
    expect(await fetch()).toEqual({ outcome: 'found', record: recordOf(bob, 2) });
  });

  it('cannot be published before the road is started', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    expect(await road.publishRecord(bob.account, recordOf(bob))).toEqual({ outcome: 'unreachable' });
  });

  it('goes when the account leaves, with what lies in its mailboxes', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    collected.settle = () => new Promise(() => undefined);
    road.start(credentialsOf(bob), collected.collector);
    await finish(network, road.publishRecord(bob.account, recordOf(bob)));
    const mailbox = road.mailbox?.();
    if (!mailbox) throw new Error('no mailbox');
    const writer = makeRoad(network, 8).road;

    await finish(network, writer.deliver(deliveryTo(bob, 'mail', mailbox)));
    await finish(network, writer.deliver(deliveryTo(bob, 'letter')));
    expect(await finish(network, road.leave())).toEqual({ outcome: 'published' });
    for (const node of network.nodes()) {
      expect(node.store.box(bob.account, -41)).toEqual([]);
      expect(node.store.box(bob.account, 40)).toEqual([]);
      expect(node.store.box(mailbox, 40)).toEqual([]);
    }
  });
});

/** Have a member show something else of every outbox. */
function show(node: TestNode, network: TestNetwork, record: Bytes): void {
  node.wrong.onRpc = (method) =>
    method === 'retrieve'
      ? {
          status: 200,
          body: {
            messages: [{ hash: 'B'.repeat(43), timestamp: 1, expiration: 2, data: toBase64(record) }],
            more: false,
            t: network.clock.now(),
          },
        }
      : undefined;
}
