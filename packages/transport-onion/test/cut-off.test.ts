import { fromUtf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { decodeMemory } from '../src/memory.ts';
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

const bob = makePerson(2);

/** A list of four of five nodes, and a client that knew it: the fifth came and one went while it was away. */
function setOut() {
  const network = createTestNetwork({ swarms: [5] });
  const nodes = network.nodes() as [TestNode, TestNode, TestNode, TestNode, TestNode];
  const [gone, , , , fresh] = nodes;
  network.relist((node) => (node === fresh.listed ? undefined : node));
  const old = network.directory;
  network.relist((node) => (node === gone.listed ? undefined : node));
  network.add(fresh.listed);
  gone.wrong.down = true;
  const memory = createTestMemory();
  const { road } = makeRoad({ ...network, directory: old }, 5, memory);
  const collected = createTestCollector();
  return { network, nodes, gone, old, memory, road, collected };
}

const asked = (node: TestNode) =>
  node.posts.filter(({ path, body }) => path === '/storage_rpc/v1' && fromUtf8(body).includes('directory'));

describe('a client whose list names too many that have gone', () => {
  it('has the newer list from a guard, and then its mail', async () => {
    const { network, gone, memory, road, collected, nodes } = setOut();
    const writer = makeRoad(network, 8).road;
    await finish(network, writer.deliver(deliveryTo(bob, 'meanwhile')));
    await writer.close();
    for (const node of nodes) node.posts.splice(0);
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.texts().includes('meanwhile'), 10_000);
    // Only those that it dials anyway have been asked, and few times.
    const saved = memory.saved.at(-1);
    const guards = (saved && decodeMemory(saved)?.guards) ?? [];
    const dialled = nodes.filter(({ posts }) => posts.length > 0);
    expect(dialled.length).toBeLessThanOrEqual(guards.length + 1);
    expect(nodes.flatMap(asked).length).toBeLessThanOrEqual(4);
    expect(dialled).not.toContain(gone);
    expect(road.trouble()).toBeUndefined();
    await road.close();
  });

  it('joins with an old network text as well', async () => {
    const { network, road } = setOut();
    expect(await finish(network, road.probe())).toMatchObject({ outcome: 'ok' });
    await road.close();
  });

  it('does not ask guards while a path works', async () => {
    const network = createTestNetwork();
    const { road } = makeRoad(network);
    const collected = createTestCollector();
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => collected.events.includes('drained'));
    await network.clock.advance(2 * 60_000);
    expect(network.nodes().flatMap(asked)).toEqual([]);
    await road.close();
  });

  it('asks no more than once a minute while nothing works, and says what the guards told', async () => {
    const { network, nodes, road, collected } = setOut();
    for (const node of nodes) node.wrong.onLayer = () => ({ status: 502, body: new Uint8Array() });
    for (const node of nodes) node.wrong.onRpc = () => ({ status: 500, body: '' });
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => road.trouble() !== undefined, 10_000);
    await network.clock.advance(20 * 60_000);
    expect(nodes.flatMap(asked).length).toBeLessThanOrEqual(2 * 21);
    expect(road.trouble()).toBe('no-guard');
    for (const node of nodes) delete node.wrong.onRpc;
    await until(network, () => road.trouble() === 'no-path', 10 * 60_000);
    for (const node of nodes) delete node.wrong.onLayer;
    await until(network, () => collected.events.includes('drained'), 10 * 60_000);
    expect(road.trouble()).toBeUndefined();
    await road.close();
  });

  it('believes no guard without the signatures', async () => {
    const { network, nodes, road, collected } = setOut();
    const other = createTestNetwork({ swarms: [4], seed: 9, signer: 3 });
    for (const node of nodes) {
      node.wrong.onLayer = () => ({ status: 502, body: new Uint8Array() });
      node.wrong.onRpc = () => other.answerDirectory();
    }
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => road.trouble() !== undefined, 10_000);
    expect(road.trouble()).toBe('other-list');
    const addresses = new Set(nodes.map(({ listed }) => `${listed.ip}:${listed.httpsPort}`));
    expect([...network.contacted].filter((address) => !addresses.has(address))).toEqual([]);
    await road.close();
  });
});

describe('a list that the user gives', () => {
  it('is gone by when it is a newer one of the same network, also after a restart', async () => {
    const { network, nodes, old, memory, road, collected } = setOut();
    for (const node of nodes) {
      node.wrong.onRpc = (method) => DIRECTORIES_FAIL(method);
      node.wrong.onLayer = () => ({ status: 502, body: new Uint8Array() });
    }
    road.start(credentialsOf(bob), collected.collector);
    await until(network, () => road.trouble() === 'no-guard', 10_000);
    expect((await finish(network, road.adopt(old))).outcome).toBe('same');
    expect(await finish(network, road.adopt(network.directory))).toMatchObject({
      outcome: 'adopted',
      list: { nodes: 4 },
    });
    // Whatever the guards have said was of the list before.
    expect(road.trouble()).toBeUndefined();
    for (const node of nodes) delete node.wrong.onLayer;
    await until(network, () => collected.events.includes('drained'), 60_000);
    await road.close();

    const again = makeRoad({ ...network, directory: old }, 6, memory).road;
    expect((await finish(network, again.adopt(old))).outcome).toBe('older');
    const other = createTestNetwork({ swarms: [4], seed: 9, signer: 3 });
    expect((await finish(network, again.adopt(other.directory))).outcome).toBe('unproven');
    expect((await finish(network, again.adopt(new Uint8Array(9)))).outcome).toBe('malformed');
    await again.close();
  });
});

const DIRECTORIES_FAIL = (method: string) =>
  method === 'sotto_directory' ? { status: 500, body: '' } : undefined;
