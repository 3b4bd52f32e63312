import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fromHex, fromUtf8, toBase64, toHex } from '@sotto/bytes';
import { randomBytes, x25519KeyPair } from '@sotto/crypto';
import { signList, withNodes } from '@sotto/directory';
import { type BuiltOnionRequest, type OnionRequest, readClientRequest } from '@sotto/onion';
import { encodeLayerFrame, formatOuterLayer } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNode } from '../src/data/node-keys.ts';
import { dialLink } from '../src/link/dial-link.ts';
import { exchange } from '../src/link/exchange.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import {
  AT_ONCE,
  type Body,
  buildFor,
  createNetwork,
  createOwner,
  membersFor,
  nodeDestination,
  plain,
  post,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/** Onion requests through real nodes, built by the client's own code (reference: session-protocol §2). */

let network: TestNetwork;
let path: readonly [TestNode, TestNode, TestNode];
let end: TestNode;

beforeAll(async () => {
  network = await createNetwork([2, 3], { trace: true });
  const [one, two, three, four] = network.nodes;
  if (one === undefined || two === undefined || three === undefined || four === undefined)
    throw new Error('none');
  path = [one, two, three];
  end = four;
});
afterAll(() => network.close());

interface Trip {
  readonly http: number;
  readonly text: string;
  readonly status?: number;
  readonly body?: Body;
}

/** As often as a guard says that it is busy, which all of these nodes are when one of them is: they are one process. */
const MOST_TRIES = 200;

async function send(built: BuiltOnionRequest, guard: TestNode = path[0]): Promise<Trip> {
  const once = () => post(guard, '/onion_req/v2', built.body);
  let answer = await once();
  for (let tries = 1; answer.status === 429 && tries < MOST_TRIES; tries++) {
    await pause(100);
    answer = await once();
  }
  if (answer.status !== 200) return { http: answer.status, text: answer.text };
  const opened = built.open(answer.bytes);
  if (opened.outcome !== 'opened') throw new Error(`not opened: ${opened.outcome}`);
  const text = fromUtf8(opened.body);
  return {
    http: 200,
    status: opened.status,
    text,
    ...(text.startsWith('{') ? { body: JSON.parse(text) } : {}),
  };
}

function ask(method: string, params: object, over: Partial<OnionRequest> = {}): BuiltOnionRequest {
  return buildFor(path, nodeDestination(end, method, params), over);
}

describe('an onion request over three hops', () => {
  const kinds = (['xchacha20', 'aes-gcm'] as const).flatMap((encryption) =>
    [false, true].map((veiled) => ({ encryption, pad: veiled, wrap: veiled })),
  );

  it.each(kinds)('stores and reads: $encryption, filled and wrapped: $pad', async (over) => {
    let owner = createOwner();
    while (!membersFor(network, owner.mailbox).inside.includes(end)) owner = createOwner();
    const stored = await send(ask('store', storeParams(owner, 'hello'), over));
    expect(stored).toMatchObject({ http: 200, status: 200 });
    expect(
      Object.values(stored.body?.swarm ?? {}).filter(({ signature }) => signature !== undefined),
    ).toHaveLength(3);
    const read = await send(ask('retrieve', retrieveParams(owner), over));
    expect(textOf(read.body ?? {})).toEqual(['hello']);
  });

  it('shows each hop its neighbours and nobody else', async () => {
    const seen = async (node: TestNode) =>
      (await readFile(node.trace, 'utf8'))
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const before = await Promise.all([...path, end].map(async (node) => (await seen(node)).length));
    await send(ask('info', {}));
    const after = await Promise.all([...path, end].map(seen));
    const lines = after.map((all, index) => all.slice(before[index]));
    expect(lines.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    expect(lines.flat()).toMatchObject([
      { from: '127.0.0.1', to: path[1].ip, role: 'relay' },
      { from: path[0].ip, to: path[2].ip, role: 'relay' },
      { from: path[1].ip, to: end.ip, role: 'relay' },
      { from: path[2].ip, to: null, role: 'destination' },
    ]);
  });

  it('carries the errors of the destination sealed, with the words of the network', async () => {
    expect(await send(ask('frobnicate', {}))).toMatchObject({ status: 400, text: 'no method frobnicate' });
    const owner = createOwner();
    const [outside] = membersFor(network, owner.mailbox).outside;
    const [guard] = network.nodes.filter((node) => node !== outside);
    if (outside === undefined || guard === undefined) throw new Error('no such swarm');
    const built = buildFor([guard], nodeDestination(outside, 'store', storeParams(owner, 'x')));
    expect(await send(built, guard)).toMatchObject({ http: 200, status: 421 });
  });

  it('is refused in the clear when it is too old, too far ahead, repeated or broken', async () => {
    const minute = 60_000;
    expect(await send(ask('info', {}, { now: Date.now() - 12 * minute }))).toMatchObject({ http: 406 });
    expect(await send(ask('info', {}, { now: Date.now() + 12 * minute }))).toMatchObject({ http: 406 });
    expect(await send(ask('info', {}, { now: Date.now() - 8 * minute }))).toMatchObject({ status: 200 });
    const once = ask('info', {});
    expect(await send(once)).toMatchObject({ status: 200 });
    expect(await send(once)).toMatchObject({ http: 400, text: 'Invalid ciphertext' });
    const broken = ask('info', {});
    broken.body[100] = (broken.body[100] ?? 0) ^ 1;
    expect(await send(broken)).toMatchObject({ http: 400, text: 'Invalid ciphertext' });
    const garbage = await post(path[0], '/onion_req/v2', 'hello');
    expect(garbage).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^Error parsing onion request: /),
    });
  });

  it('cannot be repeated under another spelling of its ephemeral key', async () => {
    const built = ask('info', {}, { encryption: 'aes-gcm' });
    expect(await send(built)).toMatchObject({ status: 200 });
    // X25519 does not look at the highest bit, and AES-GCM's key is made of the secret alone.
    const text = Buffer.from(built.body).toString('latin1');
    const json = JSON.parse(text.slice(text.lastIndexOf('{'))) as { ephemeral_key: string };
    const key = fromHex(json.ephemeral_key);
    key[31] = (key[31] ?? 0) ^ 0x80;
    const body = Buffer.from(text.replace(json.ephemeral_key, toHex(key)), 'latin1');
    expect(await post(path[0], '/onion_req/v2', body)).toMatchObject({
      status: 400,
      text: 'Invalid ciphertext',
    });
  });

  it('cannot be repeated after a restart', async () => {
    const [guard] = path;
    const built = buildFor([guard], nodeDestination(end, 'info', {}));
    expect(await send(built)).toMatchObject({ status: 200 });
    await network.stop(guard);
    await network.start(guard);
    expect(await send(built)).toMatchObject({ http: 400, text: 'Invalid ciphertext' });
  });

  it('cannot be repeated towards the next hop by a guard that keeps what it opened', async () => {
    const [guard, middle] = path;
    const guardKeys = readNode(guard.data)?.keys;
    if (guardKeys === undefined) throw new Error('no keys');
    const opened = guardKeys.peel(readClientRequest(ask('info', {}).body));
    if (opened.outcome !== 'relay') throw new Error('not a relay layer');
    const dialled = await dialLink({
      node: middle,
      keys: guardKeys,
      localAddress: undefined,
      timeout: 5_000,
    });
    if (dialled.outcome !== 'open') throw new Error('no link');
    const body = encodeLayerFrame([opened.layer.ciphertext], formatOuterLayer(opened.layer));
    const again = () =>
      exchange(dialled.session, { path: LINK_PATH.onion, body, timeout: 5_000, maxReply: 100_000 });
    expect(await again()).toMatchObject({ outcome: 'answered', status: 200 });
    expect(await again()).toMatchObject({ outcome: 'answered', status: 400 });
    dialled.session.destroy();
  });

  it('names a next node that is not listed, or cannot be connected to', async () => {
    const outsider = await network.outsider();
    const built = buildFor([path[0], outsider], nodeDestination(end, 'info', {}));
    expect(await send(built)).toEqual({ http: 502, text: `Next node not found: ${outsider.key}` });
    const [, middle] = path;
    await network.stop(middle);
    try {
      await until('the dead node is named', async () => {
        const { http, text } = await send(ask('info', {}));
        return http === 502 && text === `Next node not found: ${middle.key}`;
      });
      const began = performance.now();
      await send(ask('info', {}));
      expect(performance.now() - began).toBeLessThan(AT_ONCE);
    } finally {
      await network.start(middle);
    }
    await until('it is used again', async () => (await send(ask('info', {}))).http === 200);
  });

  it('names a hop that has to refuse, so that it is not laid on the guard', async () => {
    const [guard, middle] = path;
    const without = withNodes(
      network.signed,
      network.signed.list.nodes.filter(({ ip }) => ip !== middle.ip),
      Date.now(),
    );
    middle.running?.directory.offer(signList(without, network.signer.secretKey));
    expect(await send(ask('info', {}))).toEqual({ http: 503, text: `Snode not ready: ${middle.key}` });
    const own = buildFor([middle], nodeDestination(end, 'info', {}));
    expect(await send(own, middle)).toMatchObject({
      http: 503,
      text: expect.stringMatching(/^Service node is not ready: /),
    });
    const again = withNodes(without, network.nodes.map(plain), Date.now());
    network.signed = signList(again, network.signer.secretKey);
    for (const { running } of network.nodes) running?.directory.offer(network.signed);
    await until('it is used again', async () => (await send(ask('info', {}), guard)).http === 200);
  });

  it('counts relays behind the guard, up to fifteen', async () => {
    const withHop = (hopNumber: number): Promise<Trip> => {
      const built = ask('info', {});
      const text = Buffer.from(built.body).toString('latin1');
      const json = text.slice(text.lastIndexOf('{'));
      const body = Buffer.from(text.replace(json, `${json.slice(0, -1)},"hop_no":${hopNumber}}`), 'latin1');
      return send({ ...built, body: new Uint8Array(body) });
    };
    expect(await withHop(12)).toMatchObject({ http: 200 });
    expect(await withHop(-5)).toMatchObject({ http: 200 });
    expect(await withHop(13)).toEqual({ http: 400, text: 'onion request max path length exceeded' });
  });

  it('gets as much of a batch as a reply through all hops carries', async () => {
    let owner = createOwner();
    while (!membersFor(network, owner.mailbox).inside.includes(end)) owner = createOwner();
    const data = () => toBase64(randomBytes(76_800));
    await Promise.all(
      Array.from({ length: 21 }, () => rpc(end, 'store', storeParams(owner, '', { data: data() }))),
    );
    const read = { method: 'retrieve', params: retrieveParams(owner, 40, { max_size: -1 }) };
    for (const over of [{}, { pad: true, wrap: true }]) {
      const reply = await send(ask('batch', { requests: Array(20).fill(read) }, over));
      expect(reply).toMatchObject({ http: 200, status: 200 });
      const read_ = (reply.body?.results ?? []).map(({ body }) => body.messages?.length ?? 0);
      expect(read_).toHaveLength(20);
      expect(Math.min(...read_)).toBe(1);
      expect(read_[0]).toBe(21);
    }
  });

  it('waits at the destination for news', async () => {
    let owner = createOwner();
    while (!membersFor(network, owner.mailbox).inside.includes(end)) owner = createOwner();
    const waiting = send(ask('retrieve', retrieveParams(owner, 40, { wait: 20_000 })));
    await rpc(end, 'store', storeParams(owner, 'news'));
    expect(textOf((await waiting).body ?? {})).toEqual(['news']);
  });
});

describe('a server as destination', () => {
  let server: Server;
  let port: number;
  const bodies: Buffer[] = [];
  const pair = x25519KeyPair(randomBytes(32));

  beforeAll(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        bodies.push(Buffer.concat(parts));
        if (request.headers['content-type'] !== 'application/octet-stream') response.statusCode = 400;
        response.end('sealed');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  const request = (host: string, at = port) =>
    buildFor(path, {
      kind: 'server',
      protocol: 'http',
      host,
      port: at,
      x25519: pair.publicKey,
      request: { method: 'GET', endpoint: '/info', headers: {} },
    });

  it('is posted the opened layer from the last hop, and its answer comes back', async () => {
    const answer = await post(path[0], '/onion_req/v2', request('127.0.0.1').body);
    expect(answer).toMatchObject({ status: 200, text: 'sealed' });
    expect(bodies).toHaveLength(1);
  });

  it('that cannot be reached is told of, also one that redirects', async () => {
    const closed = createTcp();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const free = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    const answer = await post(path[0], '/onion_req/v2', request('127.0.0.1', free).body);
    expect(answer).toMatchObject({ status: 502, text: 'the server cannot be reached' });
    server.once('request', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }));
    const redirected = await post(path[0], '/onion_req/v2', request('127.0.0.1').body);
    expect(redirected).toMatchObject({ status: 502, text: 'the server redirects' });
  });

  it('on a port of a system service is not asked', async () => {
    const answer = await post(path[0], '/onion_req/v2', request('127.0.0.1', 25).body);
    expect(answer).toMatchObject({ status: 502, text: 'this server cannot be asked' });
  });
});
