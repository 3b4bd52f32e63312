import type { ClientRequest, SingleRequest } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { contactBox } from '../src/box.ts';
import { STAMP_STEP } from '../src/network-time.ts';
import { createTestNetwork, type TestNetwork, type TestNetworkOptions, type TestNode } from './network.ts';
import {
  createTestCollector,
  credentialsOf,
  deliveryTo,
  finish,
  makePerson,
  makeRoad,
  recordOf,
  until,
} from './world.ts';

const bob = makePerson(2);
const MAILBOX = contactBox(new Uint8Array(32).fill(7)).key;
const DAY = 86_400_000;

/** How far the times in requests are ahead of the network's time, at their worst. */
function watchTimes(network: TestNetwork, ahead = () => 0) {
  const seen: { readonly method: string; readonly time: number; readonly ahead: number }[] = [];
  for (const node of network.nodes()) {
    const { answer } = node.store;
    node.store.answer = (request: ClientRequest) => {
      const all = 'requests' in request ? request.requests : [request];
      const singles = all.filter((one): one is SingleRequest => one.method !== 'ifelse');
      for (const single of singles) {
        const signed =
          'auth' in single && single.auth && 'signedAt' in single.auth ? [single.auth.signedAt] : [];
        for (const time of [...signed, ...('timestamp' in single ? [single.timestamp] : [])]) {
          seen.push({ method: single.method, time, ahead: time - (network.clock.now() + ahead()) });
        }
      }
      return answer(request);
    };
  }
  return seen;
}

/** The guards that a client with this seed chooses in such a network. */
async function guardsIn(options: TestNetworkOptions, seed: number): Promise<readonly string[]> {
  const network = createTestNetwork(options);
  const { road } = makeRoad(network, seed);
  road.start(credentialsOf(bob), createTestCollector().collector);
  await network.clock.advance(30_000);
  await road.close();
  return [...network.contacted].map((address) => address.split(':')[0] as string);
}

const at = (network: TestNetwork, ip: string | undefined) => network.at(ip ?? '') as TestNode;

/** Asked directly, at the storage RPC. */
const directQuestions = (network: TestNetwork) =>
  network
    .nodes()
    .reduce((sum, { posts }) => sum + posts.filter(({ path }) => path === '/storage_rpc/v1').length, 0);

const refuse = () => ({ status: 406, body: new Uint8Array(0) });

describe('the time', () => {
  it('is learnt when ours is wrong at first contact, and all goes by it then', async () => {
    for (const ahead of [3 * 60_000, -40 * 60_000, 365 * DAY]) {
      const network = createTestNetwork({ ahead });
      const { road } = makeRoad(network);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.events.includes('drained'));
      expect(await finish(network, road.publishRecord(bob.account, recordOf(bob)))).toEqual({
        outcome: 'published',
      });
      expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toMatchObject({
        outcome: 'stored',
      });
      await road.close();
    }
  });

  it('is learnt anew when our clock jumps', async () => {
    for (const jump of [3 * 60_000, -20 * 60_000, 30 * DAY]) {
      const network = createTestNetwork({ swarms: [7, 7] });
      const { road } = makeRoad(network);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.events.includes('drained'));
      for (let round = 0; round < 10; round++) await finish(network, road.probe());
      for (const node of network.nodes()) node.wrong.ahead = jump;
      await network.clock.advance(60_000);
      expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toMatchObject({
        outcome: 'stored',
      });
      await until(network, () => collected.texts().includes('x'));
      await road.close();
    }
  });

  it('is not moved by one node that lies', async () => {
    const network = createTestNetwork({ swarms: [7, 7] });
    const { road } = makeRoad(network);
    for (let round = 0; round < 10; round++) await finish(network, road.probe());
    const [liar] = network.nodes();
    (liar as TestNode).wrong.ahead = 50 * 60_000;
    for (let round = 0; round < 10; round++) await finish(network, road.probe());
    expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toMatchObject({
      outcome: 'stored',
    });
    await road.close();
  });

  for (const lie of [7_777, -40_000, DAY, -DAY]) {
    for (const since of ['the first contact', 'later']) {
      it(`is not moved by a guard that refuses ours since ${since} and says ${lie} ms`, async () => {
        for (let seed = 1; seed < 4; seed++) {
          const options = { swarms: [7, 7], seed };
          const [first] = await guardsIn(options, seed);
          const network = createTestNetwork(options);
          const { road } = makeRoad(network, seed);
          const seen = watchTimes(network);
          const turn = () => {
            at(network, first).wrong.onLayer = refuse;
            at(network, first).wrong.ahead = lie;
          };
          if (since === 'the first contact') turn();
          const collected = createTestCollector();
          road.start(credentialsOf(bob), collected.collector);
          await until(network, () => collected.events.includes('drained'));
          turn();
          for (let round = 0; round < 6; round++) {
            await finish(network, road.deliver(deliveryTo(bob, `${round}`, MAILBOX)));
          }
          await until(network, () => collected.texts().length === 6);
          await network.clock.advance(60_000);
          expect(seen.length).toBeGreaterThan(20);
          for (const { ahead } of seen) {
            expect(ahead).toBeLessThanOrEqual(0);
            expect(ahead).toBeGreaterThan(-STAMP_STEP - 5_000);
          }
          await road.close();
        }
      });
    }
  }

  it('is learnt by the other guard when ours is wrong and one of the two lies', async () => {
    for (let seed = 1; seed < 4; seed++) {
      const options = { swarms: [7, 7], seed, ahead: 40 * 60_000 };
      const [first] = await guardsIn(options, seed);
      const network = createTestNetwork(options);
      const { road } = makeRoad(network, seed);
      at(network, first).wrong.onLayer = refuse;
      at(network, first).wrong.ahead = DAY;
      const seen = watchTimes(network, () => options.ahead);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.events.includes('drained'));
      for (const { ahead } of seen.slice(-5)) expect(Math.abs(ahead)).toBeLessThan(STAMP_STEP + 5_000);
      await road.close();
    }
  });

  it('is not asked for again because of one guard, or one member, once it is known', async () => {
    const network = createTestNetwork({ swarms: [7, 7] });
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    for (let round = 0; round < 6; round++) await finish(network, road.probe());
    const before = directQuestions(network);
    const [member] = network.membersOf(MAILBOX);
    (member as TestNode).wrong.onRpc = () => ({ status: 406, body: 'check your clock' });
    await network.clock.advance(10 * 60_000);
    expect(directQuestions(network)).toBe(before);
    await road.close();
  });
});

describe('times in requests', () => {
  it('are told to ten seconds, however far off our clock is by milliseconds', async () => {
    const network = createTestNetwork({ swarms: [7, 7], ahead: 3_456 });
    const { road } = makeRoad(network);
    const seen = watchTimes(network);
    await network.clock.advance(1_234);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    await finish(network, road.publishRecord(bob.account, recordOf(bob)));
    for (let round = 0; round < 5; round++) {
      await network.clock.advance(4_321);
      await finish(network, road.deliver(deliveryTo(bob, `${round}`, MAILBOX)));
    }
    expect(new Set(seen.map(({ method }) => method))).toEqual(new Set(['store', 'retrieve']));
    for (const { time } of seen) expect(time % STAMP_STEP).toBe(0);
    await road.close();
  });

  it('grow from one record to the next, also within ten seconds', async () => {
    const network = createTestNetwork({ swarms: [7, 7] });
    const { road } = makeRoad(network);
    const deleted: string[] = [];
    for (const node of network.nodes()) {
      const { remove } = node.store;
      node.store.remove = (request) => {
        deleted.push(...request.hashes);
        return remove(request);
      };
    }
    road.start(credentialsOf(bob), createTestCollector().collector);
    for (let revision = 1; revision < 5; revision++) {
      expect(await finish(network, road.publishRecord(bob.account, recordOf(bob, revision)))).toEqual({
        outcome: 'published',
      });
      expect(await finish(network, road.fetchRecord(bob.account))).toEqual({
        outcome: 'found',
        record: recordOf(bob, revision),
      });
    }
    // None had to be deleted to make room for the next.
    expect(deleted).toEqual([]);
    await road.close();
  });
});
