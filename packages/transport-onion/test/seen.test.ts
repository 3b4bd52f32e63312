import { type DirectoryNode, decodeSignedList, encodeSignedList, seenList } from '@sotto/directory';
import { createSeededRandom } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { askAround } from '../src/ask-around.ts';
import { Asker } from '../src/asker.ts';
import { GuardDoor } from '../src/guard-door.ts';
import { NetworkTime } from '../src/network-time.ts';
import { Nodes } from '../src/nodes.ts';
import { createTestNetwork, type TestNode } from './network.ts';
import {
  createTestCollector,
  createTestMemory,
  credentialsOf,
  deliveryTo,
  finish,
  makePerson,
  makeRoad,
  until,
} from './world.ts';

/** A client whose list of nodes came from a seed, so that nobody has signed it. */

const bob = makePerson(2);
const HOURS = 60 * 60_000;

/** Nodes that know the whole network, and a client that was told of those that `told` keeps. */
function setOut(told: (node: TestNode, place: number) => boolean = () => true) {
  const network = createTestNetwork({ swarms: [8, 8] });
  const nodes = network.nodes();
  const listed = (keep: typeof told) => nodes.filter(keep).map((node) => node.listed);
  const first = seenList({ nodes: listed(told), subnets: 'ignore', now: network.clock.now() });
  const memory = createTestMemory();
  const { road } = makeRoad({ ...network, directory: encodeSignedList(first) }, 5, memory);
  const names = () => road.list()?.list.nodes.map(({ ip }) => ip);
  const all = decodeSignedList(network.directory).list.nodes.map(({ ip }) => ip);
  /** Milliseconds that the client's clock has gone on by itself. */
  const time = { ahead: 0 };
  return { network, nodes, first, memory, road, names, all, time };
}

/** Nodes that are nowhere. */
function madeUp(count: number): readonly DirectoryNode[] {
  return createTestNetwork({ swarms: [count], seed: 77 })
    .nodes()
    .map(({ listed }, place) => ({ ...listed, ip: `127.99.${place}.1` }));
}

/** What a road does every few hours, on demand. */
async function around({ network, first, time }: ReturnType<typeof setOut>) {
  const clock = {
    now: () => network.clock.now() + time.ahead,
    after: (milliseconds: number, callback: () => void) => network.clock.after(milliseconds, callback),
  };
  const random = createSeededRandom(31).bytes;
  const nodes = await Nodes.open({ first, memory: createTestMemory(), clock, random });
  const door = new GuardDoor({ post: network.post, nodes, clock });
  const asker = new Asker({ nodes, door, time: new NetworkTime(network.clock), clock, random });
  return {
    ask: () =>
      finish(
        network,
        askAround(asker, () => false),
      ),
    list: () => nodes.list,
    names: () => nodes.list.nodes.map(({ ip }) => ip),
  };
}

function start({ road }: ReturnType<typeof setOut>) {
  const collected = createTestCollector();
  road.start(credentialsOf(bob), collected.collector);
  return collected;
}

describe('a client whose list nobody has signed', () => {
  it('has its mail, and hears of nodes that have come', async () => {
    const world = setOut((_, place) => place !== 3);
    const { network, road, names, all } = world;
    const writer = makeRoad(network, 8).road;
    await finish(network, writer.deliver(deliveryTo(bob, 'hello')));
    await writer.close();
    const collected = start(world);
    await until(network, () => collected.texts().includes('hello'));
    await until(network, () => names()?.length === 16);
    expect(names()).toEqual(all);
    expect(road.list()?.list.signers).toEqual([]);
    await road.close();
  });

  it('goes by the newer one after a restart as well', async () => {
    const world = setOut((_, place) => place !== 3);
    const { network, road, first, memory, names } = world;
    start(world);
    await until(network, () => names()?.length === 16);
    await road.close();
    const again = makeRoad({ ...network, directory: encodeSignedList(first) }, 6, memory).road;
    expect(await finish(network, again.probe())).toMatchObject({ outcome: 'ok' });
    expect(again.list()?.list.nodes).toHaveLength(16);
    await again.close();
  });

  it('dials nobody but guards for it', async () => {
    const world = setOut();
    const { network, road } = world;
    start(world);
    await network.clock.advance(60_000);
    const guards = new Set(road.guards().map(({ ip }) => `${ip}:22021`));
    expect([...network.contacted].filter((address) => !guards.has(address))).toEqual([]);
    expect(guards.size).toBeGreaterThan(0);
    await road.close();
  });

  it('takes no list that a node hands over, signed or not', async () => {
    const world = setOut();
    const { network, nodes, road, all, names } = world;
    // No path works, so the guards are asked for their list directly.
    for (const node of nodes) node.wrong.onLayer = () => ({ status: 502, body: new Uint8Array() });
    start(world);
    await until(network, () => road.trouble() !== undefined, 60_000);
    expect(road.trouble()).toBe('no-path');
    expect(names()).toEqual(all);
    expect(road.list()?.list.signers).toEqual([]);
    await road.close();
  });

  it('goes by a signed list that its user gives, and from then on by its signers', async () => {
    const world = setOut();
    const { network, road, first } = world;
    expect((await finish(network, road.adopt(network.directory))).outcome).toBe('adopted');
    expect(road.list()?.list.signers).toHaveLength(1);
    const later = seenList({ nodes: first.list.nodes, subnets: 'ignore', now: network.clock.now() + 9e9 });
    expect((await finish(network, road.adopt(encodeSignedList(later)))).outcome).toBe('unproven');
    await road.close();
  });
});

describe('asking around', () => {
  it('believes no single node, whatever it names', async () => {
    const world = setOut((_, place) => place !== 3);
    const { nodes, all } = world;
    (nodes[5] as TestNode).wrong.names = [...nodes.map(({ listed }) => listed), ...madeUp(30)];
    (nodes[9] as TestNode).wrong.names = [];
    const { ask, names } = await around(world);
    for (let time = 0; time < 12; time++) {
      await ask();
      expect(all).toEqual(expect.arrayContaining([...names()]));
    }
    expect(names()).toEqual(all);
  });

  it('does not follow three that agree on what is far off, nor a third of all nodes', async () => {
    const world = setOut();
    const fakes = madeUp(20);
    for (const node of world.nodes.slice(0, 5)) node.wrong.names = fakes;
    const { ask, names } = await around(world);
    const outcomes = new Set<boolean>();
    for (let time = 0; time < 40; time++) {
      outcomes.add(await ask());
      expect(names()).toEqual(world.all);
    }
    expect(outcomes).toEqual(new Set([true, false]));
  });

  it('follows nine of whom seven agree, when it was away for long', async () => {
    const world = setOut((_, place) => place < 9);
    (world.nodes[2] as TestNode).wrong.names = [];
    const { ask, names } = await around(world);
    expect(await ask()).toBe(true);
    expect(names()).toEqual(world.all);
  });

  it('gives up when more than one of three is silent, and asks no others instead', async () => {
    const world = setOut();
    const { ask, names } = await around(world);
    let questions = 0;
    for (const node of world.nodes) {
      node.wrong.onRpc = (method) => {
        if (method === 'oxend_request') questions++;
        return { status: 500, body: '' };
      };
    }
    expect(await ask()).toBe(false);
    expect(questions).toBe(2);
    expect(names()).toEqual(world.all);
  });

  it('makes the list younger when it is a day old, and writes nothing before', async () => {
    const world = setOut();
    const { ask, list } = await around(world);
    const first = list();
    expect(await ask()).toBe(true);
    expect(list()).toBe(first);
    world.time.ahead = 24 * HOURS;
    expect(await ask()).toBe(true);
    expect(list().nodes).toEqual(first.nodes);
    expect(list().issuedAt).toBeGreaterThanOrEqual(first.issuedAt + 24 * HOURS);
    expect(list().sequence).toBeGreaterThan(first.sequence);
  });
});
