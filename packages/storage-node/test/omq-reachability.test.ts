import { createServer, type Server } from 'node:https';
import { toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { OxenMq, type OxenMqEvent } from '@sotto/oxenmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../src/data/certificate.ts';
import { readNode } from '../src/data/node-keys.ts';
import { createEvents } from '../src/events.ts';
import { startNode } from '../src/index.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import { Originals } from '../src/omq/originals.ts';
import { pingNode } from '../src/reachability/ping-node.ts';
import { createNetwork, post, type TestNetwork, type TestNode, until } from './_network.ts';
import { createMixedNetwork, freshKeys, keysOf, type MixedNetwork } from './_omq.ts';

/** Nodes that speak OxenMQ and know nothing of links, as another node tests and reaches them. */

const SOON = 60_000;

function open(over: Partial<Parameters<typeof OxenMq.open>[0]> = {}): Promise<OxenMq> {
  return OxenMq.open({
    ...{ keys: freshKeys(), categories: {}, isNode: () => true, isNodeAddress: () => true },
    count: (_: OxenMqEvent) => undefined,
    failed: (error) => {
      throw error;
    },
    ...over,
  });
}

/** What answers on the OxenMQ port of a node, to a ping in this way. */
async function answering(node: TestNode, pong: string, keys = keysOf(node)): Promise<OxenMq> {
  const sn = { access: 'node', find: () => () => Promise.resolve([utf8(pong)]) } as const;
  const omq = await open({ keys, categories: { sn } });
  await omq.listen(node.ip, node.omqPort);
  return omq;
}

describe('a test of an original node', () => {
  let network: TestNetwork;
  let node: TestNode;
  let door: Server;
  let dialling: OxenMq;
  let listening: OxenMq | undefined;
  const originals = new Originals({
    ...{ localAddress: undefined, events: createEvents(() => undefined), now: Date.now },
  });
  /** What it says to the ping of the original network: never the key of the list. */
  let name: string | undefined;

  beforeAll(async () => {
    network = await createNetwork([1], { omq: true });
    node = await network.outsider();
    const { certificate, privateKey } = readCertificate(node.data);
    door = createServer({ cert: certificate, key: privateKey }, (request, response) => {
      const isPing = request.url === '/ping_test/v1' && name !== undefined;
      response.writeHead(isPing ? 200 : 404, isPing ? { 'x-oxen-snode-pubkey': name } : {}).end();
    });
    await new Promise<void>((resolve) => door.listen(node.httpsPort, node.ip, resolve));
    dialling = await open();
    originals.use(dialling);
  });
  afterEach(async () => {
    await listening?.close();
    listening = undefined;
  });
  afterAll(async () => {
    door.close();
    await dialling.close();
    await network.close();
  });

  async function isReached(tested = node): Promise<boolean> {
    const keys = readNode(network.nodes[0]?.data ?? '')?.keys;
    if (keys === undefined) throw new Error('no keys');
    return pingNode({ node: tested, keys, originals, localAddress: undefined });
  }

  it('is passed by a ping over OxenMQ, with the key of the list', async () => {
    name = toBase64(randomBytes(32));
    expect(await isReached()).toBe(false);
    listening = await answering(node, 'pong');
    expect(await isReached()).toBe(true);
    expect(await isReached({ ...node, omqPort: 0 })).toBe(false);
  });

  it('is not passed with another key, another answer, or without a name by HTTPS', async () => {
    name = toBase64(randomBytes(32));
    listening = await answering(node, 'pong', freshKeys());
    expect(await isReached()).toBe(false);
    await listening.close();
    listening = await answering(node, 'no pong');
    expect(await isReached()).toBe(false);
    await listening.close();
    listening = await answering(node, 'pong');
    expect(await isReached()).toBe(true);
    for (const wrong of [undefined, 'AAAA', '!']) {
      name = wrong;
      expect(await isReached()).toBe(false);
    }
  });

  it('is not what a node of ours passes by: that proves its key over a link, and gives it as its name', async () => {
    const [ours] = network.nodes as [TestNode];
    expect(await isReached(ours)).toBe(true);
    const other = await network.outsider();
    expect(await isReached({ ...ours, ed25519: other.ed25519 })).toBe(false);
  });

  it('waits as an onion request does for one that has just gone, and nobody else does', async () => {
    originals.found(node);
    const ask = (patience?: number) =>
      originals.post(node, {
        ...{ path: LINK_PATH.storage, timeout: SOON, maxReply: 1_000 },
        body: new TextEncoder().encode('{"method":"info","params":{}}') as Uint8Array<ArrayBuffer>,
        ...(patience === undefined ? {} : { patience }),
      });
    expect(await ask()).toEqual({ outcome: 'down' });
    const waiting = ask(SOON);
    expect(await ask()).toEqual({ outcome: 'down' });
    listening = await answering(node, 'de');
    expect(await waiting).toMatchObject({ outcome: 'answered', status: 200 });
    originals.forget(node);
  });
});

describe('a node among original ones', () => {
  let mixed: MixedNetwork;
  beforeAll(async () => {
    mixed = await createMixedNetwork();
  });
  afterAll(() => mixed.close());

  it('publishes that it reaches them, and when it does no longer', async () => {
    const { network, ours, originals } = mixed;
    await network.stop(ours);
    ours.running = await startNode({
      ...{ data: ours.data, listen: { host: ours.ip, port: ours.httpsPort }, directory: network.file },
      quick: true,
    });
    const [one, two] = originals;
    const failures = async (node: TestNode) => {
      const { text } = await post(ours, '/sotto/reachability/v1', '', { method: 'GET' });
      const seen = (JSON.parse(text) as { nodes: Record<string, unknown>[] }).nodes;
      const record = seen.find((each) => each['pubkey_ed25519'] === node.key);
      return record?.['tested_at'] === null ? undefined : record?.['failures'];
    };
    await until('both reached', async () => (await failures(one)) === 0 && (await failures(two)) === 0, SOON);
    await network.stop(two);
    await until('one missed', async () => Number(await failures(two)) > 0, SOON);
    await until('the other not', async () => (await failures(one)) === 0, SOON);
  });
});
