import { toHex } from '@sotto/bytes';
import { createSeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactBox } from '../src/box.ts';
import { decodeMemory } from '../src/memory.ts';
import type { GuardRequest } from '../src/net.ts';
import { createOnionRoad } from '../src/onion-road.ts';
import { createTestNetwork, type TestNetwork, type TestNode } from './network.ts';
import {
  createTestCollector,
  createTestMemory,
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

/** A road on which every post is checked: only to a node that is on disk as a guard by then. */
function makeWatchedRoad(network: TestNetwork, seed = 5) {
  const memory = createTestMemory();
  const strays: string[] = [];
  const addresses = new Set<string>();
  const post = (request: GuardRequest) => {
    addresses.add(`${request.ip}:${request.port}`);
    const saved = memory.saved.at(-1);
    const guards = (saved && decodeMemory(saved)?.guards) ?? [];
    const node = network.at(request.ip);
    const isGuard = guards.some(({ key }) => node && toHex(key) === toHex(node.listed.ed25519));
    if (!isGuard || request.port !== node?.listed.httpsPort) strays.push(request.ip);
    return network.post(request);
  };
  const random = createSeededRandom(seed).bytes;
  const road = createOnionRoad({ directory: network.directory, post, clock: network.clock, random, memory });
  return { road, memory, strays, addresses };
}

const guardsOf = (network: TestNetwork, addresses: Iterable<string>) =>
  [...addresses].map((address) => network.at(address.split(':')[0] as string) as TestNode);

describe('packets', () => {
  it('go to guards only, which are on disk before, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom([3, 3, 3], [7, 4], [20, 10]), async (seed, swarms) => {
        const network = createTestNetwork({ swarms, seed });
        const { road, strays, addresses } = makeWatchedRoad(network, seed);
        const random = createSeededRandom(seed);
        road.start(credentialsOf(bob), createTestCollector().collector);
        for (let step = 0; step < 10; step++) {
          for (const node of network.nodes()) {
            node.wrong.down = random.chance(0.3);
            node.wrong.frozen = random.chance(0.15);
            if (random.chance(0.2)) node.wrong.onReply = (body) => body.map((byte) => byte ^ 1);
            else delete node.wrong.onReply;
          }
          void road.deliver(deliveryTo(bob, `${step}`, MAILBOX));
          void road.fetchRecord(bob.account);
          void road.publishRecord(bob.account, recordOf(bob));
          void road.askServer(network.server, { method: 'GET', endpoint: '/', headers: {} });
          if (random.chance(0.2)) network.relist((node) => (random.chance(0.1) ? undefined : node));
          await network.clock.advance(5_000);
        }
        expect(strays).toEqual([]);
        expect(addresses.size).toBeGreaterThan(0);
        expect(addresses.size).toBeLessThanOrEqual(12);
        await road.close();
      }),
      { numRuns: 5 },
    );
  });

  it('do not leave at all when guards cannot be remembered', async () => {
    const network = createTestNetwork();
    const { road, memory, addresses } = makeWatchedRoad(network);
    memory.broken = true;
    expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toEqual({
      outcome: 'unreachable',
    });
    expect(addresses.size).toBe(0);
    memory.broken = false;
    expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toMatchObject({
      outcome: 'stored',
    });
    await road.close();
  });

  it('are of the sizes that requests are filled to', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    road.start(credentialsOf(bob), createTestCollector().collector);
    for (const length of [10, 3_000, 20_000]) {
      await finish(network, road.deliver(deliveryTo(bob, 'x'.repeat(length), MAILBOX)));
    }
    await network.clock.advance(60_000);
    const sizes = network
      .nodes()
      .flatMap(({ posts }) => posts)
      .filter(({ path }) => path === '/onion_req/v2')
      .map(({ body }) => Math.floor(body.length / 4_096));
    // 4 and 32 KiB, with what three layers add.
    expect([...new Set(sizes)].sort()).toEqual([1, 8]);
    await road.close();
  });
});

describe('guards', () => {
  it('are the same two in the next run', async () => {
    const network = createTestNetwork({ swarms: [10, 10] });
    const first = makeWatchedRoad(network, 1);
    first.road.start(credentialsOf(bob), createTestCollector().collector);
    await network.clock.advance(60_000);
    await first.road.close();
    expect(first.addresses.size).toBe(2);
    const again = makeRoad(network, 2, first.memory);
    network.contacted.clear();
    again.road.start(credentialsOf(bob), createTestCollector().collector);
    await network.clock.advance(60_000);
    expect([...network.contacted].sort()).toEqual([...first.addresses].sort());
    await again.road.close();
  });

  it('that die are replaced within seconds, and take their place again when they live', async () => {
    const network = createTestNetwork({ swarms: [7, 7, 7] });
    const { road, addresses } = makeWatchedRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    const two = guardsOf(network, addresses);
    expect(two).toHaveLength(2);
    for (const guard of two) guard.wrong.down = true;
    const before = network.clock.now();
    expect(await finish(network, road.deliver(deliveryTo(bob, 'on', MAILBOX)))).toMatchObject({
      outcome: 'stored',
    });
    expect(network.clock.now() - before).toBeLessThan(5_000);
    await until(network, () => collected.texts().includes('on'), 60_000);
    await network.clock.advance(60_000);
    network.contacted.clear();
    await network.clock.advance(60_000);
    expect(network.contacted.size).toBeGreaterThan(2);
    for (const guard of two) guard.wrong.down = false;
    await network.clock.advance(10 * 60_000);
    network.contacted.clear();
    await network.clock.advance(60_000);
    const used = guardsOf(network, network.contacted);
    expect(used.map(({ listed }) => listed.ip).sort()).toEqual(two.map(({ listed }) => listed.ip).sort());
    await road.close();
  });

  it('that freeze are found out by asking them directly', async () => {
    const network = createTestNetwork({ swarms: [7, 7, 7] });
    const { road, addresses } = makeWatchedRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    const frozen = guardsOf(network, addresses);
    expect(frozen).toHaveLength(2);
    for (const guard of frozen) guard.wrong.frozen = true;
    const delivered = () => finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)));
    void road.deliver(deliveryTo(bob, 'w', MAILBOX));
    await network.clock.advance(45_000);
    const before = network.clock.now();
    expect(await delivered()).toMatchObject({ outcome: 'stored' });
    expect(network.clock.now() - before).toBeLessThan(1_000);
    await road.close();
  });

  it('are not asked for our own mail while other members are enough', async () => {
    for (let seed = 0; seed < 4; seed++) {
      const network = createTestNetwork({ swarms: [7], seed });
      const { road } = makeRoad(network, seed);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.events.includes('drained'));
      const asked = new Set<string>();
      for (const node of network.nodes()) {
        const { answer } = node.store;
        node.store.answer = (request) => {
          if (request.method === 'retrieve') asked.add(`${node.listed.ip}:22021`);
          return answer(request);
        };
      }
      await network.clock.advance(180_000);
      expect(asked.size).toBeGreaterThan(2);
      for (const guard of network.contacted) expect(asked).not.toContain(guard);
      await road.close();
    }
  });
});

describe('paths', () => {
  it('never hold the node that they lead to, and each mailbox has its own', async () => {
    const network = createTestNetwork({ swarms: [10, 10, 10] });
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    const paths = road.paths();
    expect(new Set(paths.map(({ purpose }) => purpose))).toEqual(new Set(['ask', 'mail 1', 'mail 2']));
    const behind = paths.flatMap(({ hops }) => hops.slice(1).map(({ ip }) => ip));
    expect(new Set(behind).size).toBe(behind.length);
    for (const { hops } of paths) {
      expect(hops).toHaveLength(3);
      expect(hops[0]?.key).toMatch(/^[0-9a-f]{8}$/);
    }
    await road.close();
  });

  it('can be had where nearly all nodes are one swarm', async () => {
    for (const swarms of [[7, 2], [4], [3, 3, 3], [5]]) {
      const network = createTestNetwork({ swarms });
      const { road } = makeRoad(network);
      const collected = createTestCollector();
      road.start(credentialsOf(bob), collected.collector);
      await until(network, () => collected.events.includes('drained'));
      expect(await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)))).toMatchObject({
        outcome: 'stored',
      });
      await until(network, () => collected.texts().includes('x'));
      await road.close();
    }
  });

  it('take no two nodes of one /24 in a network of many', async () => {
    const network = createTestNetwork({ swarms: [5, 5], subnets: 'distinct' });
    const { road } = makeRoad(network);
    expect(await finish(network, road.probe())).toMatchObject({ outcome: 'ok' });
    await road.close();
  });

  it('lead around a dead hop', async () => {
    const network = createTestNetwork({ swarms: [7, 7, 7] });
    const { road } = makeRoad(network);
    await finish(network, road.probe());
    const [, middle] = road.paths()[0]?.hops ?? [];
    (network.at(middle?.ip ?? '') as TestNode).wrong.down = true;
    for (let round = 0; round < 3; round++) {
      expect(await finish(network, road.deliver(deliveryTo(bob, `${round}`, MAILBOX)))).toMatchObject({
        outcome: 'stored',
      });
    }
    await road.close();
  });
});

describe('a malicious hop', () => {
  const cases: Record<string, (node: TestNode, network: TestNetwork) => void> = {
    'alters what comes back': (node) => {
      node.wrong.onReply = (body) => body.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
    },
    'drops what comes back': (node) => {
      node.wrong.onReply = () => undefined;
    },
    'replays an old answer': (node) => {
      let old: Uint8Array<ArrayBuffer> | undefined;
      node.wrong.onReply = (body) => {
        old ??= body;
        return old;
      };
    },
    'alters what it passes on': (node) => {
      node.wrong.onForward = (layer) => ({ ...layer, ciphertext: layer.ciphertext.map((byte) => byte ^ 1) });
    },
    'passes on an old request': (node) => {
      let old: Parameters<NonNullable<TestNode['wrong']['onForward']>>[0] | undefined;
      node.wrong.onForward = (layer) => {
        old ??= layer;
        return old;
      };
    },
    'says that the time is wrong': (node) => {
      node.wrong.onLayer = () => ({ status: 406, body: new Uint8Array(0) });
    },
    'says that it has too much to do': (node) => {
      node.wrong.onLayer = () => ({ status: 429, body: new Uint8Array(0) });
    },
    'says that everything is too large': (node) => {
      node.wrong.onLayer = () => ({ status: 413, body: new Uint8Array(0) });
    },
    'claims that others are not found': (node, network) => {
      node.wrong.onLayer = () => {
        const named = network.random.pick(network.nodes()).listed.ed25519;
        return { status: 502, body: new TextEncoder().encode(`Next node not found: ${toHex(named)}`) };
      };
    },
  };
  for (const [name, corrupt] of Object.entries(cases)) {
    it(`that ${name} costs a detour and nothing else`, async () => {
      for (let seed = 0; seed < 4; seed++) {
        const network = createTestNetwork({ swarms: [7, 7, 7], seed });
        const { road } = makeRoad(network, seed);
        const collected = createTestCollector();
        road.start(credentialsOf(bob), collected.collector);
        await until(network, () => collected.events.includes('drained'));
        const used = road.paths().flatMap(({ hops }) => hops[seed % 3] ?? []);
        for (const { ip } of used.slice(0, 1)) corrupt(network.at(ip) as TestNode, network);
        let outcome: object = {};
        for (let attempt = 0; attempt < 4 && !('storedOn' in outcome); attempt++) {
          outcome = await finish(network, road.deliver(deliveryTo(bob, 'x', MAILBOX)), 300_000);
        }
        expect(outcome).toMatchObject({ outcome: 'stored' });
        await until(network, () => collected.texts().includes('x'), 300_000);
        expect(collected.texts()).toEqual(['x']);
        await road.close();
      }
    });
  }
});

describe('the list of nodes', () => {
  it('is taken from the network when it is newer and its signers are ours, and remembered', async () => {
    const network = createTestNetwork();
    const old = network.directory;
    network.relist((node) => (node.ip === '127.9.9.1' ? undefined : node));
    const memory = createTestMemory();
    const random = createSeededRandom(3).bytes;
    const { post, clock } = network;
    const road = createOnionRoad({ directory: old, post, clock, random, memory });
    road.start(credentialsOf(bob), createTestCollector().collector);
    await network.clock.advance(10_000);
    const saved = memory.saved.at(-1);
    expect(saved && decodeMemory(saved)?.list).toEqual(network.directory);
    await road.close();
  });

  it('must be signed', () => {
    const network = createTestNetwork();
    const directory = network.directory.slice();
    directory[directory.length - 1] = (directory[directory.length - 1] ?? 0) ^ 1;
    const { post, clock } = network;
    const random = createSeededRandom(3).bytes;
    expect(() => createOnionRoad({ directory, post, clock, random, memory: createTestMemory() })).toThrow(
      'list of nodes',
    );
  });
});

describe('a server', () => {
  it('is reached from the last hop', async () => {
    const network = createTestNetwork();
    const { road, strays } = makeWatchedRoad(network);
    const reply = await finish(
      network,
      road.askServer(network.server, { method: 'GET', endpoint: '/v1/x', headers: {} }),
    );
    expect(reply).toMatchObject({ outcome: 'answered', status: 201, headers: { 'x-made': 'here' } });
    expect(network.serverRequests).toEqual(['GET /v1/x']);
    const other = { ...network.server, host: 'elsewhere.example' };
    expect(
      await finish(network, road.askServer(other, { method: 'GET', endpoint: '/', headers: {} })),
    ).toEqual({ outcome: 'unanswered' });
    const noKey = { ...network.server, x25519: new Uint8Array(32) };
    expect(
      await finish(network, road.askServer(noKey, { method: 'GET', endpoint: '/', headers: {} })),
    ).toEqual({ outcome: 'unanswered' });
    expect(strays).toEqual([]);
    await road.close();
  });

  const says: Record<string, () => { status: number; body: Uint8Array<ArrayBuffer> } | 'nothing'> = {
    nothing: () => 'nothing',
    ...Object.fromEntries(
      [400, 406, 413, 429, 500, 502, 503].map((status) => [
        `${status}`,
        () => ({ status, body: new TextEncoder().encode('no') }),
      ]),
    ),
    'something that it cannot have sealed': () => ({ status: 200, body: new Uint8Array(99) }),
  };
  for (const [name, say] of Object.entries(says)) {
    it(`that says ${name} as it likes gets no new path by it`, async () => {
      const network = createTestNetwork({ swarms: [15, 15] });
      const { road, addresses } = makeWatchedRoad(network);
      const seen = new Set<string>();
      for (let round = 0; round < 40; round++) {
        let asked = 0;
        // Now every time, now until another way is tried.
        const until = network.random.integer(4);
        network.serverSays = () => (++asked > until && until < 3 ? undefined : say()) as never;
        await finish(network, road.askServer(network.server, { method: 'GET', endpoint: '/', headers: {} }));
        for (const { purpose, hops } of road.paths()) {
          if (purpose === 'server') seen.add(hops.map(({ key }) => key).join());
        }
      }
      expect(seen.size).toBeLessThanOrEqual(3);
      expect(addresses.size).toBe(2);
      await road.close();
    });
  }

  it('that names its last hop as not found gets no new path by it', async () => {
    const network = createTestNetwork({ swarms: [15, 15] });
    const { road } = makeWatchedRoad(network);
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) {
      network.serverSays = () => {
        const last = road.paths().flatMap(({ hops }) => network.at(hops[2]?.ip ?? '') ?? []);
        const named = last[0]?.listed.ed25519 ?? new Uint8Array(32);
        return { status: 502, body: new TextEncoder().encode(`Next node not found: ${toHex(named)}`) };
      };
      await finish(network, road.askServer(network.server, { method: 'GET', endpoint: '/', headers: {} }));
      for (const { hops } of road.paths()) seen.add(hops.map(({ key }) => key).join());
    }
    expect(seen.size).toBeLessThanOrEqual(3);
    await road.close();
  });

  it('is reached around a hop that passes nothing on, and the next time at once', async () => {
    const network = createTestNetwork({ swarms: [15, 15] });
    const { road } = makeWatchedRoad(network);
    const ask = () =>
      finish(network, road.askServer(network.server, { method: 'GET', endpoint: '/', headers: {} }));
    await ask();
    const [, , last] = road.paths()[0]?.hops ?? [];
    (network.at(last?.ip ?? '') as TestNode).wrong.onLayer = () => ({ status: 504, body: new Uint8Array(0) });
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    const opened = network.at(last?.ip ?? '')?.opened;
    expect(await ask()).toMatchObject({ outcome: 'answered' });
    expect(network.at(last?.ip ?? '')?.opened).toBe(opened);
    await road.close();
  });

  it('on a private address is not asked for outside a network on one machine', async () => {
    const network = createTestNetwork({ swarms: [5, 5], subnets: 'distinct' });
    const { road } = makeRoad(network);
    for (const host of ['127.0.0.1', '10.1.2.3', '192.168.0.7']) {
      const server = { ...network.server, host };
      expect(
        await finish(network, road.askServer(server, { method: 'GET', endpoint: '/', headers: {} })),
      ).toEqual({ outcome: 'unanswered' });
    }
    expect(network.contacted.size).toBe(0);
    await road.close();
  });
});
