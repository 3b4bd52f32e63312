import dns from 'node:dns';
import { createServer as createHttps } from 'node:https';
import net from 'node:net';
import { type Bytes, utf8 } from '@sotto/bytes';
import { describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { nodeNet, parseProxy, postToGuard, type Way } from '../src/index.ts';
import { httpProxy, type ProxyTerms, socksProxy, type TestProxy } from './_proxies.ts';
import { listen, makeCredential } from './_servers.ts';

/** A relay and a guard in one server; `from` is where its connections came from. */
async function server(host = '127.0.0.1') {
  const credential = await makeCredential();
  const from: string[] = [];
  const https = createHttps(credential, (request, response) => {
    request.resume();
    request.on('end', () => response.end('answer'));
  });
  https.on('connection', (stream: net.Socket) => from.push(String(stream.remoteAddress)));
  const sockets = new WebSocketServer({ noServer: true });
  https.on('upgrade', (message, stream, head) => {
    sockets.handleUpgrade(message, stream, head, (socket) =>
      socket.on('message', (data) => socket.send(data)),
    );
  });
  return { port: await listen(https, host), from, pin: credential.pin };
}

const proxies: readonly [string, (terms?: ProxyTerms) => Promise<TestProxy>][] = [
  ['http', httpProxy],
  ['socks5', socksProxy],
];

function open(way: Way, url: string, pin?: Bytes) {
  let heard: (frame: Bytes) => void = () => undefined;
  const frame = new Promise<Bytes>((resolve) => {
    heard = resolve;
  });
  const outcome = nodeNet(way).open({
    url,
    ...(pin && { pin }),
    headers: {},
    timeout: 5_000,
    maxFrame: 1024,
    onFrame: heard,
    onClose: () => undefined,
  });
  return { outcome, frame };
}

const post = (way: Way, port: number, ip = '127.0.0.1') =>
  postToGuard(way)({
    ip,
    port,
    path: '/onion_req/v2',
    body: utf8('request'),
    timeout: 5_000,
    maxReply: 1024,
  });

/** Addresses that sockets of this process are told to connect to, and names it looks up. */
async function watch<Result>(action: () => Promise<Result>) {
  const dialled = new Set<string>();
  const connecting = vi.spyOn(net.Socket.prototype, 'connect');
  const lookup = vi.spyOn(dns, 'lookup');
  try {
    const result = await action();
    for (const [first] of connecting.mock.calls as unknown as [unknown][]) {
      const options = (Array.isArray(first) ? first[0] : first) as { host?: string; port?: number };
      dialled.add(`${options.host}:${options.port}`);
    }
    return { result, dialled: [...dialled], names: lookup.mock.calls.map(([name]) => name) };
  } finally {
    connecting.mockRestore();
    lookup.mockRestore();
  }
}

describe.each(proxies)('an %s proxy', (kind, start) => {
  it('carries sockets to names that only it can look up', async () => {
    const { port, pin } = await server();
    const proxy = await start({ names: { 'relay.example': '127.0.0.1' } });
    const way = { proxy: parseProxy(`${kind}://127.0.0.1:${proxy.port}`) };
    const opened = open(way, `wss://relay.example:${port}/`, pin);
    const outcome = await opened.outcome;
    if (outcome.outcome !== 'open') throw new Error(outcome.outcome);
    outcome.socket.send(utf8('hello'));
    expect(await opened.frame).toEqual(utf8('hello'));
    outcome.socket.close(1000);
    expect(proxy.asked).toEqual([`relay.example:${port}`]);
  });

  it('carries requests to guards, and shows its login', async () => {
    const { port } = await server();
    const login = { user: 'me', password: 'pä:ss' };
    const proxy = await start({ login });
    const text = `${kind}://me:${encodeURIComponent(login.password)}@127.0.0.1:${proxy.port}`;
    expect(await post({ proxy: parseProxy(text) }, port)).toEqual({
      outcome: 'answered',
      status: 200,
      body: utf8('answer'),
    });
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`]);
    expect(proxy.logins).toEqual(['me:pä:ss']);
    const wrong = parseProxy(`${kind}://me:wrong@127.0.0.1:${proxy.port}`);
    expect(await post({ proxy: wrong }, port)).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
  });

  it('is the only address that is dialled, up or down, and no name is looked up', async () => {
    const relay = await server();
    const up = await start({ names: { 'relay.example': '127.0.0.1' } });
    const refusing = await start({ login: { user: 'somebody', password: 'else' } });
    for (const [port, reached] of [
      [up.port, true],
      [refusing.port, false],
      [1, false],
    ] as const) {
      const way = { proxy: parseProxy(`${kind}://127.0.0.1:${port}`) };
      const before = relay.from.length;
      const { result, dialled, names } = await watch(async () => [
        (await open(way, `wss://relay.example:${relay.port}/`, relay.pin).outcome).outcome,
        (await open(way, `wss://localhost:${relay.port}/`, relay.pin).outcome).outcome,
        (await post(way, relay.port)).outcome,
      ]);
      // The proxy of this test dials from this process too; what it dials is told apart by its port.
      const ours = dialled.filter((address) => !address.endsWith(`:${relay.port}`) || !reached);
      expect(ours).toEqual([`127.0.0.1:${port}`]);
      expect(names.filter((name) => name !== 'localhost' || !reached)).toEqual([]);
      expect(result).toEqual(
        reached ? ['open', 'open', 'answered'] : ['unreachable', 'unreachable', 'unreachable'],
      );
      expect(relay.from.length - before).toBe(reached ? 3 : 0);
    }
    expect(up.asked).toHaveLength(3);
  });

  it('is dialled from the address that was named', async () => {
    const { port } = await server();
    const proxy = await start();
    const way = { proxy: parseProxy(`${kind}://127.0.0.1:${proxy.port}`), source: '127.3.4.5' };
    expect((await post(way, port)).outcome).toBe('answered');
    expect(proxy.from).toEqual(['127.3.4.5']);
  });

  it('gets nothing in plain text when it is elsewhere', async () => {
    const way = { proxy: parseProxy(`${kind}://proxy.example:1`) };
    const { result, dialled, names } = await watch(async () => await open(way, 'ws://127.0.0.1:1/').outcome);
    expect(result).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
    expect([dialled, names]).toEqual([[], []]);
  });

  it('that never answers is given up in time', async () => {
    const port = await listen(net.createServer());
    const way = { proxy: parseProxy(`${kind}://127.0.0.1:${port}`) };
    const slow = await nodeNet(way).open({
      url: 'wss://relay.example/',
      headers: {},
      timeout: 100,
      maxFrame: 1,
      onFrame: () => undefined,
      onClose: () => undefined,
    });
    expect(slow).toEqual({ outcome: 'unreachable', reason: 'timeout' });
  });

  it('that answers nonsense is no connection', async () => {
    const port = await listen(net.createServer((stream) => stream.end('220 mail.example\r\n\r\n')));
    const way = { proxy: parseProxy(`${kind}://127.0.0.1:${port}`) };
    expect(await post(way, 1)).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
  });
});

describe('a source address', () => {
  it('is where every connection comes from', async () => {
    const { port, from, pin } = await server();
    const way = { source: '127.9.8.7' };
    expect((await post(way, port)).outcome).toBe('answered');
    expect((await open(way, `wss://localhost:${port}/`, pin).outcome).outcome).toBe('open');
    expect(from).toEqual(['127.9.8.7', '127.9.8.7']);
  });

  it('is an address', () => {
    for (const make of [nodeNet, postToGuard]) {
      expect(() => make({ source: 'localhost' })).toThrow(expect.objectContaining({ code: 'bad-source' }));
    }
  });
});
