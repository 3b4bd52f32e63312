import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Bytes, toHex, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { AnsweredFrames, FRAME } from '@sotto/frames';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINK_WINDOW } from '../src/constants.ts';
import { readCertificate } from '../src/data/certificate.ts';
import { type NodeKeys, readNode } from '../src/data/node-keys.ts';
import { dialLink } from '../src/link/dial-link.ts';
import { exchange } from '../src/link/exchange.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import { exportSecret, formatProof, parseProof, proveLink } from '../src/link/proof.ts';
import {
  AT_ONCE,
  buildFor,
  createNetwork,
  createOwner,
  membersFor,
  nodeDestination,
  post,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/** Connections between nodes: who may open one, and what a dead or silent node costs. */

let network: TestNetwork;
let server: TestNode;
let peer: TestNode;

beforeAll(async () => {
  network = await createNetwork([3]);
  const [one, two] = network.nodes;
  if (one === undefined || two === undefined) throw new Error('no nodes');
  [server, peer] = [one, two];
});
afterAll(() => network.close());

function keysOf(node: TestNode): NodeKeys {
  const node_ = readNode(node.data);
  if (node_ === undefined) throw new Error('no keys');
  return node_.keys;
}

async function tls(node: TestNode): Promise<TLSSocket> {
  const socket = connectTls({
    host: node.ip,
    port: node.httpsPort,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return socket;
}

function exported(socket: TLSSocket): Bytes {
  const secret = exportSecret(socket);
  if (secret === undefined) throw new Error('no connection');
  return secret;
}

/** Say hello with whatever proof, and then ask for the directory. */
async function statusesAfter(prove: (socket: TLSSocket) => Buffer): Promise<readonly number[]> {
  const socket = await tls(server);
  const session = connectHttp2(`https://${server.ip}`, { createConnection: () => socket });
  session.on('error', () => undefined);
  const ask = async (path: string, body: Bytes) => {
    const reply = await exchange(session, { path, body, timeout: 5_000, maxReply: 100_000 });
    return reply.outcome === 'answered' ? reply.status : 0;
  };
  const statuses = [
    await ask(LINK_PATH.hello, Uint8Array.from(prove(socket))),
    await ask(LINK_PATH.directory, new Uint8Array()),
  ];
  session.destroy();
  return statuses;
}

describe('a link', () => {
  it('is opened by a node of the directory that proves its key on this very connection', async () => {
    const prove = (socket: TLSSocket) =>
      formatProof(proveLink(exported(socket), keysOf(peer), 'dial', server.ed25519));
    expect(await statusesAfter(prove)).toEqual([200, 200]);
  });

  it('lets either side send sixteen mebibytes before any of it is read', async () => {
    const request = { node: server, keys: keysOf(peer), localAddress: undefined, timeout: 5_000 };
    const dialled = await dialLink(request);
    if (dialled.outcome !== 'open') throw new Error(dialled.why);
    const { session } = dialled;
    await until('room for what is sent', () => (session.state.remoteWindowSize ?? 0) > LINK_WINDOW / 2);
    expect(session.state.effectiveLocalWindowSize).toBe(16 * 1024 * 1024);
    session.destroy();
  });

  it('is refused to a key that is in no directory, however well it is proven', async () => {
    const outsider = await network.outsider();
    const prove = (socket: TLSSocket) =>
      formatProof(proveLink(exported(socket), keysOf(outsider), 'dial', server.ed25519));
    expect(await statusesAfter(prove)).toEqual([403, 403]);
  });

  it('is refused to a listed key without its secret', async () => {
    const outsider = await network.outsider();
    const prove = (socket: TLSSocket) => {
      const proof = proveLink(exported(socket), keysOf(outsider), 'dial', server.ed25519);
      return formatProof({ key: peer.ed25519, signature: proof.signature });
    };
    expect(await statusesAfter(prove)).toEqual([403, 403]);
  });

  it('is refused to a proof for another node, of the other role, or from another connection', async () => {
    const keys = keysOf(peer);
    const [, , third] = network.nodes;
    if (third === undefined) throw new Error('no third node');
    expect(
      await statusesAfter((socket) => formatProof(proveLink(exported(socket), keys, 'dial', third.ed25519))),
    ).toEqual([403, 403]);
    expect(
      await statusesAfter((socket) =>
        formatProof(proveLink(exported(socket), keys, 'accept', server.ed25519)),
      ),
    ).toEqual([403, 403]);
    const elsewhere = await tls(server);
    const stolen = formatProof(proveLink(exported(elsewhere), keys, 'dial', server.ed25519));
    elsewhere.destroy();
    expect(await statusesAfter(() => stolen)).toEqual([403, 403]);
    expect(await statusesAfter(() => Buffer.from('{}'))).toEqual([403, 403]);
  });

  it('is given up by who dials when the other side is not the node that was meant', async () => {
    const outsider = await network.outsider();
    const meant = { ...server, ed25519: outsider.ed25519 };
    const dialled = await dialLink({
      node: meant,
      keys: keysOf(peer),
      localAddress: undefined,
      timeout: 5_000,
    });
    expect(dialled).toMatchObject({ outcome: 'failed' });
  });

  it('that ends with the proof of the other side ends nothing else', async () => {
    const hasty = createSecureServer({ ...pem(server), minVersion: 'TLSv1.3' });
    hasty.on('session', (session) => session.on('error', () => undefined));
    hasty.on('request', (request, response) => {
      const socket = request.stream.session?.socket as TLSSocket;
      const answer = formatProof(proveLink(exported(socket), keysOf(server), 'accept', peer.ed25519));
      response.writeHead(200, { 'content-length': answer.length });
      response.end(answer, () => request.stream.session?.destroy());
    });
    await new Promise<void>((resolve) => hasty.listen(0, '127.0.0.1', resolve));
    const { port } = hasty.address() as { port: number };
    const node = { ...server, ip: '127.0.0.1', httpsPort: port };
    for (let turn = 0; turn < 20; turn++) {
      const dialled = await dialLink({ node, keys: keysOf(peer), localAddress: undefined, timeout: 5_000 });
      if (dialled.outcome === 'open') dialled.session.destroy();
    }
    hasty.close();
  });

  it('has no proof once it is gone', async () => {
    const socket = await tls(server);
    expect(exportSecret(socket)).toHaveLength(32);
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(exportSecret(socket)).toBeUndefined();
  });

  it('cannot be stretched by somebody in between who has a certificate of his own', async () => {
    // He takes the dialler's hello, shows it to the real node, and hands back that node's own proof.
    const middle = createSecureServer({ ...pem(peer), minVersion: 'TLSv1.3' });
    middle.on('request', async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const socket = await tls(server);
      const session = connectHttp2(`https://${server.ip}`, { createConnection: () => socket });
      session.on('error', () => undefined);
      const body = Uint8Array.from(Buffer.concat(parts));
      const reply = await exchange(session, { path: LINK_PATH.hello, body, timeout: 5_000, maxReply: 1024 });
      session.destroy();
      const known =
        reply.outcome === 'answered' && reply.status === 200 ? Buffer.from(reply.body) : undefined;
      // Refused by the real node, he can only sign for himself under its name.
      const own = proveLink(
        exported(request.stream.session?.socket as TLSSocket),
        keysOf(server),
        'accept',
        randomBytes(32),
      );
      const answer = known ?? formatProof(own);
      response.writeHead(200, { 'content-length': answer.length });
      response.end(answer);
    });
    await new Promise<void>((resolve) => middle.listen(0, '127.0.0.1', resolve));
    const { port } = middle.address() as { port: number };
    const meant = { ...server, ip: '127.0.0.1', httpsPort: port };
    const dialled = await dialLink({
      node: meant,
      keys: keysOf(peer),
      localAddress: undefined,
      timeout: 5_000,
    });
    expect(dialled).toEqual({ outcome: 'failed', why: 'wrong-key' });
    middle.close();
  });

  it('proof is read strictly', () => {
    const proof = { key: randomBytes(32), signature: randomBytes(64) };
    expect(parseProof(formatProof(proof))).toEqual(proof);
    for (const text of ['', 'null', '[]', '{"key":1}', `{"key":"${toHex(proof.key)}"}`]) {
      expect(parseProof(Buffer.from(text))).toBeUndefined();
    }
  });
});

describe('what a member passes on', () => {
  it('is judged again by who gets it: a forged or unsigned change is refused, and nothing is read that way', async () => {
    const owner = createOwner();
    const thief = createOwner();
    const { body } = await rpc(server, 'store', storeParams(owner, 'kept'));
    const messages = [body.hash ?? ''];
    const dialled = await dialLink({
      node: server,
      keys: keysOf(peer),
      localAddress: undefined,
      timeout: 5_000,
    });
    if (dialled.outcome !== 'open') throw new Error('no link');
    const pass = async (method: string, params: object) => {
      const text = JSON.stringify({ method, params });
      const request = { path: LINK_PATH.storage, body: utf8(text), timeout: 5_000, maxReply: 100_000 };
      const reply = await exchange(dialled.session, request);
      return reply.outcome === 'answered' ? reply.status : reply.outcome;
    };
    const pubkey = owner.pubkey;
    const forged = { pubkey, messages, signature: thief.sign(`delete${messages.join('')}`) };
    expect(await pass('delete', forged)).toBe(401);
    expect(await pass('store', { ...storeParams(owner, 'x', { namespace: 42 }) })).toBe(401);
    const expiry = Date.now() + 60_000;
    const expire = { pubkey, messages, expiry, signature: thief.sign(`expire${expiry}${messages.join('')}`) };
    expect(await pass('expire', expire)).toBe(401);
    expect(await pass('retrieve', retrieveParams(owner))).toBe(400);
    const many = Array.from({ length: 10_001 }, () => messages[0]);
    expect(await pass('delete', { pubkey, messages: many, signature: forged.signature })).toBe(400);
    expect(await pass('batch', { requests: [{ method: 'info', params: {} }] })).toBe(400);
    const genuine = { ...forged, signature: owner.sign(`delete${messages.join('')}`) };
    const fetched = () => peer.running?.events.totals()['sync-fetched'];
    const before = fetched();
    expect(await pass('delete', genuine)).toBe(200);
    expect((await rpc(server, 'retrieve', retrieveParams(owner))).body.messages).toEqual([]);
    // Done here alone: it was for who passed it on to ask the others.
    const there = textOf((await rpc(peer, 'retrieve', retrieveParams(owner))).body);
    // Unless it has just looked for what it lacks.
    if (fetched() === before) expect(there).toEqual(['kept']);
    dialled.session.destroy();
  });
});

function pem(node: TestNode): { readonly cert: string; readonly key: string } {
  const { certificate, privateKey } = readCertificate(node.data);
  return { cert: certificate, key: privateKey };
}

describe('a member that is dead', () => {
  it('fails at once after the first time, is written to when it is back, and is missed by nobody meanwhile', async () => {
    const owner = createOwner();
    const { inside } = membersFor(network, owner.mailbox);
    const [entry, dead] = inside;
    if (entry === undefined || dead === undefined) throw new Error('no such swarm');
    await rpc(entry, 'store', storeParams(owner, 'before'));
    await network.stop(dead);
    const first = await rpc(entry, 'store', storeParams(owner, 'first'));
    expect(first.body.swarm?.[dead.key]).toEqual({ failed: true, timeout: true });
    for (let turn = 0; turn < 5; turn++) {
      const began = performance.now();
      const { body } = await rpc(entry, 'store', storeParams(owner, `turn ${turn}`));
      expect(performance.now() - began).toBeLessThan(AT_ONCE);
      expect(body.swarm?.[dead.key]).toEqual({ failed: true, timeout: true });
      expect(Object.values(body.swarm ?? {}).filter(({ signature }) => signature !== undefined)).toHaveLength(
        2,
      );
    }
    await network.start(dead);
    await until('it takes stores again', async () => {
      const { body } = await rpc(entry, 'store', storeParams(owner, 'after'));
      return body.swarm?.[dead.key]?.failed === undefined;
    });
    const { body } = await rpc(dead, 'retrieve', retrieveParams(owner));
    expect(textOf(body)).toContain('before');
    expect(textOf(body)).toContain('after');
  });

  it('or takes requests and never answers them, costs five seconds once', async () => {
    const [entry, , frozen] = network.nodes;
    if (entry === undefined || frozen === undefined) throw new Error('no such nodes');
    const owner = createOwner();
    await network.stop(frozen);
    const silent = createSecureServer({ ...pem(frozen), minVersion: 'TLSv1.3' });
    silent.on('session', (session) => session.on('error', () => undefined));
    silent.on('request', async (request, response) => {
      if (request.url === LINK_PATH.frames) {
        request.stream.respond({ ':status': 200 });
        const limits = { requests: 100, bytes: 2 ** 20, bodyTimeout: 30_000, readTimeout: 60_000 };
        new AnsweredFrames(request.stream, limits, {
          answer: async (kind) =>
            kind === FRAME.onion
              ? { status: 400, body: new Uint8Array() }
              : new Promise<never>(() => undefined),
          open: () => ({ take: () => true, release: () => undefined }),
          refuse: (status) => ({ status, body: new Uint8Array() }),
          came: () => undefined,
        });
      }
      if (request.url !== LINK_PATH.hello) return;
      const socket = request.stream.session?.socket as TLSSocket;
      const answer = formatProof(proveLink(exported(socket), keysOf(frozen), 'accept', entry.ed25519));
      response.writeHead(200, { 'content-length': answer.length });
      response.end(answer);
    });
    await new Promise<void>((resolve) => silent.listen(frozen.httpsPort, frozen.ip, resolve));
    // Who dials besides the entry gets a proof that is not for it, and comes no further.
    const times: number[] = [];
    await until(
      'a store has waited for the silent member',
      async () => {
        const began = performance.now();
        await rpc(entry, 'store', storeParams(owner, `before ${times.length}`));
        times.push(performance.now() - began);
        return (times.at(-1) ?? 0) > 4_000;
      },
      20_000,
    );
    const began = performance.now();
    const { body } = await rpc(entry, 'store', storeParams(owner, 'at once'));
    expect(performance.now() - began).toBeLessThan(AT_ONCE);
    expect(body.swarm?.[frozen.key]).toEqual({ failed: true, timeout: true });
    // It lives and passes onions on; it must not be named to clients as a node that is not there.
    const { body: request } = buildFor([entry, frozen], nodeDestination(entry, 'info', {}));
    expect((await post(entry, '/onion_req/v2', request)).status).toBe(400);
    silent.close();
    await network.stop(entry);
    await network.start(entry);
    await network.start(frozen);
  });
});
