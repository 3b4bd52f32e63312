import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { decodeSignedList, type NodeDescription, parseNodeFile } from '@sotto/directory';
import {
  approveStake,
  type ChainSource,
  deployRegistry,
  deployTestToken,
  formatChainSource,
  mintTestToken,
  registerNode as registerOnChain,
  voteAccount,
  Wallet,
} from '@sotto/directory/chain';
import { type AnvilServer, startAnvil } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNode } from '../src/data/node-keys.ts';
import {
  initNode,
  operateNode,
  type RunningNode,
  registerNode,
  startNode,
  voteAddress,
} from '../src/index.ts';
import { Links } from '../src/link/links.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import { askEndpoint } from '../src/registry/ask-endpoint.ts';
import { until } from './_network.ts';

/** Busy machines take many times what a quiet one does. */
const SOON = 100_000;
const COUNT = 4;

/** Blocks come with transactions alone, so epochs begin when the test says so, however slow the machine is. */
const EPOCH_BLOCKS = 100;

interface ChainNode extends NodeDescription {
  readonly data: string;
  readonly key: string;
  running: RunningNode | undefined;
}

let dir: string;
let anvil: AnvilServer;
let source: ChainSource;
let rich: Wallet;
const nodes: ChainNode[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-registry-'));
  anvil = await startAnvil();
  const account = voteAccount(fromHex(anvil.richKey.slice(2)));
  rich = new Wallet({ chainId: 31_337, endpoints: [anvil.url], ask: askEndpoint, account });
  const token = await deployTestToken(rich);
  await mintTestToken(rich, token, 1000n);
  const contract = await deployRegistry(rich, {
    ...{ token, stake: 10n, exitDelay: 1, removedLock: 1000, maxNodes: 100, epochBlocks: EPOCH_BLOCKS },
  });
  source = {
    ...{ chainId: 31_337, contract, endpoints: [anvil.url], agree: 1 },
    ...{ finality: { confirmations: 0 }, subnets: 'ignore' },
  };
  await writeFile(join(dir, 'chain.json'), formatChainSource(source));
  for (let number = 1; number <= COUNT; number++) nodes.push(await makeNode(number));
  for (const node of nodes) await register(node);
  await nextEpoch();
  await Promise.all(nodes.map(start));
}, SOON);

afterAll(async () => {
  await Promise.all(nodes.map(({ running }) => running?.close()));
  await anvil.stop();
  await rm(dir, { recursive: true, force: true });
});

const block = 1 + (process.pid % 254);

async function makeNode(number: number): Promise<ChainNode> {
  const data = join(dir, `node-${number}`);
  const made = await initNode({ data, ip: `127.${block}.${100 + number}.2`, httpsPort: 22_021, omqPort: 0 });
  const described = parseNodeFile(JSON.stringify(made));
  return { ...described, data, key: toHex(described.ed25519), running: undefined };
}

async function operator(node: ChainNode): Promise<Parameters<typeof registerNode>[0]> {
  return {
    data: node.data,
    registry: formatChainSource(source),
    operatorKey: fromHex(anvil.richKey.slice(2)),
  };
}

async function register(node: ChainNode): Promise<void> {
  const { voteKey } = await registerNode(await operator(node));
  expect(voteKey).toBe(await voteAddress(node.data));
  await anvil.ask('anvil_setBalance', voteKey, '0xde0b6b3a7640000');
}

/** Who is registered by now votes in it, and in each as many may be removed as the contract allows. */
async function nextEpoch(): Promise<void> {
  await anvil.ask('anvil_mine', EPOCH_BLOCKS);
}

async function start(node: ChainNode): Promise<void> {
  node.running = await startNode({
    ...{ data: node.data, listen: { host: node.ip, port: node.httpsPort } },
    ...{ directory: join(dir, 'chain.json'), quick: true },
  });
}

function running(index: number): RunningNode {
  const found = nodes[index]?.running;
  if (found === undefined) throw new Error('this node does not run');
  return found;
}

describe('nodes of a registry', () => {
  it('know each other and their swarm, and hand on a list that nobody has signed', () => {
    for (const index of nodes.keys()) {
      const { directory } = running(index);
      expect(directory.list.nodes).toHaveLength(COUNT);
      expect(directory.members()).toHaveLength(COUNT - 1);
      expect(directory.signed).toBeUndefined();
      const { list, signatures } = decodeSignedList(directory.encoded);
      expect(list).toMatchObject({ threshold: 0, signers: [], sequence: directory.list.issuedAt });
      expect(list.nodes).toEqual(directory.list.nodes);
      expect(signatures).toEqual([]);
    }
  });

  it('test each other and publish what they see', { timeout: SOON }, async () => {
    const [first] = nodes as [ChainNode];
    const read = async (): Promise<readonly Record<string, unknown>[]> =>
      (await getJson(first, '/sotto/reachability/v1'))['nodes'] as Record<string, unknown>[];
    await until(
      'all are tested',
      async () => (await read()).every((node) => node['tested_at'] !== null),
      SOON,
    );
    const seen = await read();
    expect(seen.map((node) => node['pubkey_ed25519']).toSorted()).toEqual(
      nodes
        .slice(1)
        .map(({ key }) => key)
        .toSorted(),
    );
    expect(seen.every((node) => node['failures'] === 0 && node['failing_since'] === null)).toBe(true);
  });

  it('take no vote that is none, or of nobody', async () => {
    const [first, second] = nodes as [ChainNode, ChainNode];
    const refused = running(0).events.totals()['vote-refused'] ?? 0;
    const keys = readNode(second.data)?.keys;
    if (keys === undefined) throw new Error('no keys');
    const links = new Links({ keys, localAddress: second.ip, events: running(1).events, now: Date.now });
    const listed = running(1).directory.find(first.key);
    if (listed === undefined) throw new Error('not listed');
    for (const body of [
      '',
      '{}',
      JSON.stringify({ node: '3', epoch: '1', reason: 1, signature: `0x${'ab'.repeat(65)}` }),
    ]) {
      const reply = await links.post(listed, {
        path: LINK_PATH.vote,
        body: utf8(body),
        timeout: 5000,
        maxReply: 256,
      });
      expect(reply).toMatchObject({ outcome: 'answered', status: 403 });
    }
    links.cut();
    expect(running(0).events.totals()['vote-refused']).toBe(refused + 3);
  });

  it('vote out whoever registers a key that is not theirs', { timeout: SOON }, async () => {
    const pair = ed25519KeyPair(randomBytes(32));
    await approveStake(rich, source.contract);
    await registerOnChain(rich, {
      ...{ place: source, ip: `127.${block}.150.2`, httpsPort: 1, omqPort: 0, ed25519: pair.publicKey },
      sign: () => ed25519Sign(ed25519KeyPair(randomBytes(32)).secretKey, utf8('something else')),
      voter: voteAccount(randomBytes(32)),
    });
    const count = async (): Promise<number> => (await read()).length;
    await until('it is removed', async () => (await count()) === COUNT, SOON);
    expect(running(0).directory.list.nodes).toHaveLength(COUNT);
    // Who sent it hears of its block a moment later.
    await until('somebody has sent it', () => sentRemovals() >= 1, SOON);
  });

  it('vote out whoever cannot be reached, and go on without', { timeout: SOON }, async () => {
    await nextEpoch();
    const gone = nodes.at(-1);
    await gone?.running?.close();
    if (gone !== undefined) gone.running = undefined;
    // Of those who go on: the one that has gone may have sent the last removal.
    const before = sentRemovals();
    await until(
      'it has left the directory of all others',
      () => nodes.slice(0, -1).every(({ running }) => running?.directory.list.nodes.length === COUNT - 1),
      SOON,
    );
    await until('somebody has sent it', () => sentRemovals() > before, SOON);
    expect(running(0).directory.find(String(gone?.key))).toBeUndefined();
    // What is left of the stake's way is the operator's: not before the lock is over.
    await expect(operateNode(await operator(gone as ChainNode), 'withdraw')).rejects.toMatchObject({
      facts: { reason: 'TooEarly' },
    });
  });

  it('leave by their operator’s wish, and start from what they knew while no endpoint answers', {
    timeout: SOON,
  }, async () => {
    const leaving = nodes[2] as ChainNode;
    await operateNode(await operator(leaving), 'requestExit');
    await anvil.ask('evm_increaseTime', 10);
    await anvil.ask('evm_mine');
    await operateNode(await operator(leaving), 'withdraw');
    await until(
      'it is gone',
      () => [0, 2].every((index) => running(index).directory.list.nodes.length === COUNT - 2),
      SOON,
    );
    expect(running(2).directory.self).toBeUndefined();
    await expect(operateNode(await operator(leaving), 'withdraw')).rejects.toMatchObject({
      code: 'not-registered',
    });
    const [first] = nodes as [ChainNode];
    await first.running?.close();
    await anvil.stop();
    await start(first);
    expect(running(0).directory.list.nodes).toHaveLength(COUNT - 2);
    const nobody = await makeNode(9);
    await expect(start(nobody)).rejects.toMatchObject({
      code: 'bad-directory',
      message: expect.stringContaining('(unreachable)'),
    });
  });
});

function sentRemovals(): number {
  return nodes.reduce((sum, { running }) => sum + (running?.events.totals()['removal-sent'] ?? 0), 0);
}

async function read(): Promise<readonly object[]> {
  const { readRegistry } = await import('@sotto/directory/chain');
  const reading = await readRegistry({ source, ask: askEndpoint });
  return reading.outcome === 'read' ? reading.directory.registered : [];
}

function getJson(node: ChainNode, path: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const host = { host: node.ip, port: node.httpsPort, path, rejectUnauthorized: false };
    requestHttps(host, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}
