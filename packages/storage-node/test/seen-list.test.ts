import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatListFile, seenList, signList, withNodes } from '@sotto/directory';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readNode } from '../src/data/node-keys.ts';
import { askSeveral } from '../src/directory/ask-others.ts';
import { NodeDirectory } from '../src/directory/node-directory.ts';
import { createEvents } from '../src/events.ts';
import { startNode } from '../src/index.ts';
import { Links } from '../src/link/links.ts';
import { createNetwork, plain, type TestNetwork, type TestNode, until } from './_network.ts';

/** A node whose list nobody has signed, among others that go by a signed one. */

let network: TestNetwork;
let node: TestNode;
let others: readonly TestNode[];

beforeAll(async () => {
  network = await createNetwork([4, 4]);
  [node, ...others] = network.nodes as [TestNode, ...TestNode[]];
  await network.stop(node);
});
afterAll(() => network.close());
beforeEach(() => rm(join(node.data, 'directory.list'), { force: true }));

async function seen(nodes: readonly TestNode[], name: string): Promise<string> {
  const file = join(network.dir, name);
  const list = seenList({ nodes: nodes.map(plain), subnets: 'ignore', now: Date.now() - 1000 });
  await writeFile(file, formatListFile(list));
  return file;
}

/** Have all others go by a list of these nodes, which is signed. */
function list(nodes: readonly TestNode[]): void {
  const next = withNodes(network.signed, nodes.map(plain), Date.now());
  network.signed = signList(next, network.signer.secretKey);
  for (const { running } of others) running?.directory.offer(network.signed);
}

/** Asks once, as a node does every few hours. */
async function asking(told: readonly TestNode[]) {
  const keys = readNode(node.data)?.keys;
  if (keys === undefined) throw new Error('no keys');
  const events = createEvents(() => undefined);
  const source = await seen(told, 'seen.json');
  const directory = new NodeDirectory({ data: node.data, source, key: keys.ed25519, events });
  const links = new Links({ keys, localAddress: node.ip, events, now: Date.now });
  try {
    await askSeveral(directory, links, { events, now: Date.now });
  } finally {
    links.cut();
  }
  return { directory, source, events };
}

function named({ list }: NodeDirectory): readonly string[] {
  return list.nodes.map(({ ip }) => ip).toSorted();
}

function addresses(nodes: readonly TestNode[]): readonly string[] {
  return nodes.map(({ ip }) => ip).toSorted();
}

describe('a node whose list nobody has signed', () => {
  it('takes what several others agree on, and remembers it', async () => {
    const { directory, source, events } = await asking(network.nodes.slice(0, 7));
    expect(named(directory)).toEqual(addresses(network.nodes));
    expect(directory.signed).toMatchObject({ list: { threshold: 0, signers: [] }, signatures: [] });
    const again = new NodeDirectory({ data: node.data, source, key: node.ed25519, events });
    expect(named(again)).toEqual(addresses(network.nodes));
  });

  it('lets whoever is not named any more go', async () => {
    const gone = await network.outsider();
    expect(named((await asking([...network.nodes, gone])).directory)).toEqual(addresses(network.nodes));
  });

  it('replaces no more than half of it at once, whoever agrees', async () => {
    const more = await Promise.all(Array.from({ length: 10 }, () => network.outsider()));
    list([...network.nodes, ...more]);
    const { directory, events } = await asking(network.nodes);
    expect(named(directory)).toEqual(addresses(network.nodes));
    expect(events.totals()['directory-disagreed']).toBe(1);
    const fewer = [...network.nodes, ...more.slice(0, 8)];
    list(fewer);
    expect(named((await asking(network.nodes)).directory)).toEqual(addresses(fewer));
    list(network.nodes);
  });

  it('is not led by one that lists others', async () => {
    const liar = others[3] as TestNode;
    await network.stop(liar);
    await rm(join(liar.data, 'directory.list'));
    const listen = { host: liar.ip, port: liar.httpsPort };
    const directory = await seen([node, liar, others[0] as TestNode], 'lies.json');
    liar.running = await startNode({ data: liar.data, listen, directory });
    for (let time = 0; time < 6; time++) {
      const told = network.nodes.slice(0, 7);
      expect([addresses(told), addresses(network.nodes)]).toContainEqual(
        named((await asking(told)).directory),
      );
    }
    await network.stop(liar);
    await rm(join(liar.data, 'directory.list'));
    await network.start(liar);
  });

  it('does so by itself while it serves', { timeout: 60_000 }, async () => {
    const directory = await seen(network.nodes.slice(0, 7), 'served.json');
    const listen = { host: node.ip, port: node.httpsPort };
    node.running = await startNode({ data: node.data, listen, directory, quick: true });
    await until('it lists all', () => node.running?.directory.list.nodes.length === 8, 50_000);
    await network.stop(node);
  });
});
