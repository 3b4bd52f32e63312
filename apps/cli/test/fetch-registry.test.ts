import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fromHex } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { parseListFile, seenList } from '@sotto/directory';
import {
  type AskEndpoint,
  approveStake,
  deployRegistry,
  deployTestToken,
  formatChainSource,
  type Hex,
  mintTestToken,
  registerNode,
  voteAccount,
  Wallet,
} from '@sotto/directory/chain';
import { type AnvilServer, startAnvil } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSotto } from '../src/run-sotto.ts';

/** `sotto directory fetch --chain` from a real chain, behind endpoints of which one can lie. */

const NODES = 5;

let folder: string;
let anvil: AnvilServer;
let rich: Wallet;
let contract: Hex;
/** Questions that came to each endpoint, and what the last one makes of answers. */
const asked = [0, 0, 0];
let bend: (answer: string) => string = (answer) => answer;
const servers: Server[] = [];
const urls: string[] = [];

const askAnvil: AskEndpoint = async (url, body) => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body })).text();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-fetch-registry-'));
  anvil = await startAnvil();
  const account = voteAccount(fromHex(anvil.richKey.slice(2)));
  rich = new Wallet({ chainId: 31_337, endpoints: [anvil.url], ask: askAnvil, account });
  contract = await newRegistry();
  for (let count = 1; count <= NODES; count++) await register(contract, `127.7.7.${count}`);
  for (const number of asked.keys()) urls.push(await endpoint(number));
}, 60_000);
afterAll(async () => {
  for (const server of servers) server.close();
  await anvil.stop();
  await rm(folder, { recursive: true });
});

async function newRegistry(): Promise<Hex> {
  const token = await deployTestToken(rich);
  await mintTestToken(rich, token, 1000n);
  const numbers = { exitDelay: 1, removedLock: 1000, maxNodes: 100, epochBlocks: 4 };
  return deployRegistry(rich, { token, stake: 10n, ...numbers });
}

async function register(registry: Hex, ip: string): Promise<void> {
  const pair = ed25519KeyPair(randomBytes(32));
  await approveStake(rich, registry);
  await registerNode(rich, {
    ...{ place: { chainId: 31_337, contract: registry }, ip, httpsPort: 22_021, omqPort: 0 },
    ...{ ed25519: pair.publicKey, voter: voteAccount(randomBytes(32)) },
    sign: (text) => ed25519Sign(pair.secretKey, text),
  });
}

async function endpoint(number: number): Promise<string> {
  const server = createServer((request, response) => {
    asked[number] = (asked[number] ?? 0) + 1;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const answer = await askAnvil(anvil.url, Buffer.concat(parts).toString(), { maxReply: 0, timeout: 0 });
      response.end(number === 2 ? bend(answer) : answer);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/key-of-somebody`;
}

async function chainFile(name: string, over: object = {}): Promise<string> {
  const file = join(folder, name);
  const source = { chainId: 31_337, contract, endpoints: urls, agree: 2 };
  const rules = { finality: { confirmations: 0 }, subnets: 'ignore' } as const;
  await writeFile(file, formatChainSource({ ...source, ...rules, ...over }));
  return file;
}

async function fetched(...args: readonly string[]) {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const signal = new AbortController().signal;
  const argv = ['directory', 'fetch', ...args, '--json'];
  const code = await runSotto(argv, { ...streams, environment: {}, signal });
  const [stdout, stderr] = [streams.stdout, streams.stderr].map((stream) => String(stream.read() ?? ''));
  const last = stderr?.trim().split('\n').at(-1) ?? '';
  return code === 0
    ? { code, ...JSON.parse(stdout ?? '') }
    : { code, ...(JSON.parse(last) as { error: { code: string; message: string } }) };
}

const listed = async (file: string) => parseListFile(await readFile(file, 'utf8')).list;

describe('a list from a registry', () => {
  it('has the nodes on which its endpoints agree with their swarm, and nobody has signed it', async () => {
    const file = join(folder, 'nodes.json');
    const printed = await fetched('--chain', await chainFile('chain.json'), '--file', file);
    expect(printed).toMatchObject({ code: 0, threshold: 0, signers: [], subnets: 'ignore', complete: true });
    expect(printed.registry).toEqual({
      ...{ chain: 31_337, contract, faults: [] },
      block: { height: expect.any(Number), time: expect.any(Number) },
    });
    const { nodes } = await listed(file);
    expect(nodes.map(({ ip }) => ip).toSorted()).toEqual([1, 2, 3, 4, 5].map((last) => `127.7.7.${last}`));
    expect(new Set(nodes.map(({ swarm }) => swarm))).toEqual(new Set([0n]));
    expect(asked.every((questions) => questions > 0)).toBe(true);
  });

  it('is made while one endpoint lies, which is named by its host, and not while two are needed', async () => {
    const file = join(folder, 'lies.json');
    const chain = await chainFile('chain.json');
    bend = (answer) => answer.replaceAll('7f070703', '7f070777');
    const printed = await fetched('--chain', chain, '--file', file);
    const host = new URL(urls[2] ?? '').host;
    expect(printed.registry.faults).toEqual([{ host, why: 'other-answer' }]);
    expect((await listed(file)).nodes).toHaveLength(NODES);
    const strict = await chainFile('strict.json', { agree: 3 });
    const none = join(folder, 'none.json');
    const refused = await fetched('--chain', strict, '--file', none);
    expect(refused).toMatchObject({ code: 2, error: { code: 'bad-network' } });
    expect(refused.error.message).toContain(`${host} (other-answer)`);
    expect(refused.error.message).not.toContain('key-of-somebody');
    await expect(readFile(none)).rejects.toThrow();
    bend = (answer) => answer;
  });

  it('takes the place of an earlier one of the same network, and of no other', async () => {
    const file = join(folder, 'again.json');
    const chain = await chainFile('chain.json');
    await fetched('--chain', chain, '--file', file);
    const before = await listed(file);
    await register(contract, '127.7.7.6');
    await fetched('--chain', chain, '--file', file);
    const after = await listed(file);
    expect(after.nodes).toHaveLength(NODES + 1);
    expect(after.sequence).toBeGreaterThan(before.sequence);
    const other = await newRegistry();
    for (let count = 1; count <= 3; count++) await register(other, `127.7.8.${count}`);
    const elsewhere = await chainFile('other.json', { contract: other });
    const refused = await fetched('--chain', elsewhere, '--file', file);
    expect(refused).toMatchObject({ code: 1, error: { code: 'bad-directory' } });
    expect(refused.error.message).toContain('other storage nodes');
    expect(await listed(file)).toEqual(after);
    expect(seenList({ nodes: after.nodes, subnets: 'ignore', now: 1 }).list.nodes).toEqual(after.nodes);
  });

  it('asks nobody but by the proxy that is given', async () => {
    let dialled = 0;
    const proxy = createTcpServer((socket) => {
      dialled += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const before = [...asked];
      const way = `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const chain = await chainFile('chain.json');
      const args = ['--chain', chain, '--file', join(folder, 'proxied.json'), '--proxy', way];
      expect(await fetched(...args)).toMatchObject({ code: 2, error: { code: 'bad-network' } });
      expect(dialled).toBeGreaterThan(0);
      expect(asked).toEqual(before);
    } finally {
      proxy.close();
    }
  });

  it('is not made of a registry without nodes, of no registry, nor of two sources', async () => {
    const file = join(folder, 'none.json');
    const empty = await chainFile('empty.json', { contract: await newRegistry() });
    const bad = join(folder, 'bad.json');
    await writeFile(bad, '{"chain": 1}');
    const words = [
      [empty, 'lists no storage node'],
      [await chainFile('no.json', { contract: `0x${'12'.repeat(20)}` }), 'no-registry'],
      [bad, 'names no registry'],
    ] as const;
    for (const [chain, why] of words) {
      const refused = await fetched('--chain', chain, '--file', file);
      expect(refused.error).toMatchObject({ code: 'bad-network', message: expect.stringContaining(why) });
    }
    const chain = await chainFile('chain.json');
    for (const args of [[], ['--chain', chain, '--from', 'https://seed.example']]) {
      expect(await fetched(...args, '--file', file)).toMatchObject({ code: 2, error: { code: 'usage' } });
    }
    await expect(readFile(file)).rejects.toThrow();
  });
});
