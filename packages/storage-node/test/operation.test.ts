import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { Agent, request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { toBase64 } from '@sotto/bytes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NODE_EVENTS } from '../src/events.ts';
import { startNode } from '../src/index.ts';
import {
  type Body,
  buildFor,
  createNetwork,
  createOwner,
  nodeDestination,
  post,
  retrieveParams,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  until,
} from './_network.ts';

/** What an operator sees of a node: its numbers, whether it is ready, and what it does when its disk is full. */

const HOUR = 3_600_000;

let network: TestNetwork;
let node: TestNode;
let other: TestNode;

beforeAll(async () => {
  network = await createNetwork([2], { operation: true });
  const [first, second] = network.nodes;
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [node, other] = [first, second];
});
afterAll(() => network.close());

async function ask(port: number | undefined, path: string) {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: reply.status, text: await reply.text() };
}

const ready = ({ running }: TestNode) => ask(running?.operationPort, '/health/ready');
const numbers = async ({ running }: TestNode) => (await ask(running?.operationPort, '/metrics')).text;

async function number(of: TestNode, name: string): Promise<number> {
  return Number(new RegExp(`^sotto_node_${name} (.+)$`, 'm').exec(await numbers(of))?.[1]);
}

describe('an operator', () => {
  it('sees that it lives and what it does, in numbers that name nobody', async () => {
    const owner = createOwner();
    const stored = await rpc(node, 'store', storeParams(owner, 'canary of a message'));
    expect(stored.status).toBe(200);
    const at = Date.now();
    const hashes = [stored.body.hash ?? ''];
    const signature = owner.sign(`expire${at + HOUR}${hashes[0]}`);
    const params = { pubkey: owner.pubkey, messages: hashes, expiry: at + HOUR, signature };
    expect((await rpc(node, 'expire', params)).status).toBe(200);
    const destination = nodeDestination(other, 'retrieve', retrieveParams(owner));
    const { body } = buildFor([node], destination);
    expect((await post(node, '/onion_req/v2', body)).status).toBe(200);
    const leaving = new AbortController();
    const poll = { method: 'retrieve', params: retrieveParams(owner, 42, { wait: 20_000 }) };
    const waiting = post(node, '/storage_rpc/v1', JSON.stringify(poll), leaving).catch(() => undefined);

    await until('a long poll', async () => (await number(node, 'waiters')) === 1);
    await until('a message', async () => (await number(node, 'messages')) === 1);
    await until('an operation', async () => (await number(node, 'operations')) === 1);
    await until('a link', async () => (await number(node, 'swarm_members_linked')) === 1);
    expect(await ask(node.running?.operationPort, '/health/live')).toEqual({ status: 200, text: 'live\n' });
    expect(await ready(node)).toEqual({ status: 200, text: 'ready\n' });
    const text = await numbers(node);
    expect(text).toContain('sotto_node_events_total{event="message-stored"} 1\n');
    expect(text).toContain('sotto_node_ready 1\n');
    expect(text).toContain('sotto_node_swarm_members 1\n');
    for (const name of ['links_accepted', 'connections', 'requests_under_way', 'layers_remembered']) {
      expect(await number(node, name), name).toBeGreaterThan(0);
    }
    for (const name of ['message_bytes', 'database_bytes', 'disk_free_bytes', 'directory_sequence']) {
      expect(await number(node, name), name).toBeGreaterThan(0);
    }
    // Nobody: no mailbox, message, node or address, in no form in which one might write them.
    const keys = network.nodes.flatMap(({ ed25519, x25519 }) => [ed25519, x25519]);
    const names = [owner.mailbox, owner.mailbox.subarray(1), ...keys].flatMap((bytes) => [
      Buffer.from(bytes).toString('hex'),
      Buffer.from(bytes).toString('base64'),
      Buffer.from(bytes).toString('base64url').slice(0, 20),
    ]);
    const addresses = network.nodes.flatMap(({ ip }) => [ip, ip.split('.').reverse().join('.')]);
    for (const canary of [...names, ...addresses, ...hashes, '127.0.0.1', toBase64(owner.mailbox)]) {
      expect(canary.length).toBeGreaterThan(6);
      expect(text.toLowerCase()).not.toContain(canary.toLowerCase());
    }
    // Labels are where an identity would get in: there is one of ours, and its values are the names of events.
    const labels = [...text.matchAll(/[{,](\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    const ofRuntime = /^(kind|type|space|version|major|minor|patch|le|quantile)$/;
    const others = labels.filter(([name]) => name !== 'event' && !ofRuntime.test(name ?? ''));
    expect(others).toEqual([]);
    const events = labels.filter(([name]) => name === 'event').map(([, value]) => value);
    expect(events.sort()).toEqual([...NODE_EVENTS].sort());
    // None of it where clients are.
    for (const path of ['/metrics', '/health/ready']) {
      expect((await post(node, path, '', { method: 'GET' })).status).toBe(404);
    }
    leaving.abort();
    await waiting;
  });

  it('is told that it is not on the list, and lives all the same', async () => {
    const outsider = await network.outsider();
    const running = await startNode({
      data: outsider.data,
      listen: { host: outsider.ip, port: outsider.httpsPort },
      directory: network.file,
      operation: { host: '127.0.0.1', port: 0 },
    });
    try {
      const { status, text } = await ask(running.operationPort, '/health/ready');
      expect([status, text]).toEqual([503, expect.stringContaining('not on the list of storage nodes')]);
      expect((await ask(running.operationPort, '/health/live')).status).toBe(200);
    } finally {
      await running.close();
    }
  });

  it('is told that it is stopping while it finishes what it has begun, and long polls end at once', async () => {
    const owner = createOwner();
    const poll = { method: 'retrieve', params: retrieveParams(owner, 40, { wait: 20_000 }) };
    const waiting = post(node, '/storage_rpc/v1', JSON.stringify(poll));
    await until('a long poll', async () => (await number(node, 'waiters')) === 1);
    const begun = beginStore(owner);
    await until('a request', async () => (await number(node, 'requests_under_way')) === 2);
    const { running } = node;
    const port = running?.operationPort;
    node.running = undefined;
    const closing = running?.close();
    expect(await ask(port, '/health/ready')).toEqual({ status: 503, text: 'it is stopping\n' });
    expect((await waiting).status).toBe(200);
    expect(JSON.parse(await begun.end())).toHaveProperty('hash');
    await closing;
    await expect(ask(port, '/health/live')).rejects.toThrow();
    await network.start(node);
  });

  it('for whose metrics the address is taken is told so, and nothing is left running', async () => {
    const taken = Number(other.running?.operationPort);
    await network.stop(node);
    const start = () =>
      startNode({
        data: node.data,
        listen: { host: node.ip, port: node.httpsPort },
        directory: network.file,
        operation: { host: '127.0.0.1', port: taken },
      });
    await expect(start()).rejects.toMatchObject({ code: 'cannot-listen' });
    await network.start(node);
  });
});

/** Begin a store over HTTP/1.1 whose last byte comes when it is told to. */
function beginStore(owner: ReturnType<typeof createOwner>): { end(): Promise<string> } {
  const body = JSON.stringify({ method: 'store', params: storeParams(owner, 'begun before the end') });
  const call = requestHttps({
    ...{ host: node.ip, port: node.httpsPort, path: '/storage_rpc/v1', method: 'POST' },
    agent: new Agent({ rejectUnauthorized: false }),
    headers: { 'content-length': Buffer.byteLength(body) },
  });
  const answer = new Promise<string>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
  });
  call.write(body.slice(0, -1));
  return {
    end: () => {
      call.end(body.slice(-1));
      return answer;
    },
  };
}

describe.skipIf(process.getuid?.() !== 0)('a full disk', () => {
  const own = (body: Body, { key }: TestNode) => body.swarm?.[key];

  it('takes nothing new before it is acknowledged, goes on with what makes room, and recovers by itself', async () => {
    await network.stop(node);
    const kept = `${node.data}-kept`;
    cpSync(node.data, kept, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0700', 'sotto-test', node.data]);
    expect(mounted.status).toBe(0);
    try {
      cpSync(kept, node.data, { recursive: true });
      await network.start(node);
      const owner = createOwner();
      const first = await rpc(node, 'store', storeParams(owner, 'before'));
      expect(own(first.body, node)).toHaveProperty('signature');
      // Beside the node's own files, as another program of the machine would.
      mkdirSync(join(node.data, 'layers'), { recursive: true });
      const { bavail, bsize } = statfsSync(node.data);
      writeFileSync(join(node.data, 'layers', 'other'), new Uint8Array(bavail * bsize - 400 * 1024));
      await vi.waitFor(async () => expect((await ready(node)).status).toBe(503), 20_000);
      expect(await ready(node)).toEqual({ status: 503, text: 'the disk is full\n' });

      for (const params of [storeParams(owner, 'during'), signedStore(owner, 42, 'during')]) {
        const { status, body } = await rpc(node, 'store', params);
        expect([status, own(body, node)]).toEqual([
          200,
          expect.objectContaining({ failed: true, code: 507 }),
        ]);
        // The swarm goes on without it.
        expect(own(body, other)).toHaveProperty('signature');
        expect((await rpc(other, 'store', params)).body.swarm?.[node.key]).toMatchObject({ code: 507 });
      }
      expect((await rpc(node, 'retrieve', retrieveParams(owner))).body.messages).toHaveLength(1);
      const messages = [first.body.hash ?? ''];
      const signature = owner.sign(`delete${messages[0]}`);
      const removed = await rpc(node, 'delete', { pubkey: owner.pubkey, messages, signature });
      expect(own(removed.body, node)).toMatchObject({ deleted: messages });

      rmSync(join(node.data, 'layers', 'other'));
      await vi.waitFor(async () => expect((await ready(node)).status).toBe(200), 20_000);
      const after = await rpc(node, 'store', storeParams(owner, 'after'));
      expect(own(after.body, node)).toHaveProperty('signature');
      expect(await numbers(node)).toContain('sotto_node_events_total{event="disk-free"} 1\n');
      await network.stop(node);
    } finally {
      spawnSync('umount', ['-l', node.data]);
    }
  });
});
