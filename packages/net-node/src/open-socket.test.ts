import { X509Certificate } from 'node:crypto';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { type Bytes, utf8 } from '@sotto/bytes';
import type { OpenOutcome, OpenSocket, SocketClosed } from '@sotto/transport-relay';
import { describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Credential, listen, makeCredential } from '../test/_servers.ts';
import { openSocket } from './open-socket.ts';

/** An echo server; every HTTP request it ever sees is counted. */
async function echo(credential?: Credential): Promise<{ port: number; server: Server; seen: () => number }> {
  const server = credential ? createHttps(credential) : createHttp();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  let requests = 0;
  server.on('upgrade', (message, stream, head) => {
    requests++;
    sockets.handleUpgrade(message, stream, head, (socket) => {
      socket.on('message', (data, isBinary) => {
        const text = data.toString();
        if (text.startsWith('close ')) socket.close(Number(text.slice(6)));
        else if (text === 'cut') socket.terminate();
        else if (text === 'large') socket.send(new Uint8Array(4096));
        else if (text === 'extensions') socket.send(Buffer.from(socket.extensions));
        else socket.send(data, { binary: isBinary });
      });
    });
  });
  return { port: await listen(server), server, seen: () => requests };
}

interface Opened {
  readonly outcome: OpenOutcome;
  readonly frames: Bytes[];
  readonly closed: SocketClosed[];
  until(condition: () => boolean): Promise<void>;
}

async function open(request: Partial<OpenSocket> & { url: string }, authorities?: string): Promise<Opened> {
  const frames: Bytes[] = [];
  const closed: SocketClosed[] = [];
  let wake = (): void => undefined;
  const outcome = await openSocket(
    {
      headers: {},
      timeout: 5_000,
      maxFrame: 1024,
      onFrame: (frame) => {
        frames.push(frame);
        wake();
      },
      onClose: (close) => {
        closed.push(close);
        wake();
      },
      ...request,
    },
    authorities === undefined ? {} : { authorities },
  );
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((next) => (wake = next));
  };
  return { outcome, frames, closed, until };
}

function socketOf(opened: Opened) {
  if (opened.outcome.outcome !== 'open') throw new Error(`not open: ${opened.outcome.outcome}`);
  return opened.outcome.socket;
}

describe('openSocket with a pin', () => {
  it('accepts the pinned key, although nobody signed it and the name is another', async () => {
    const credential = await makeCredential('somebody.example');
    const { port } = await echo(credential);
    const opened = await open({ url: `wss://127.0.0.1:${port}/v1/websocket/`, pin: credential.pin });
    const socket = socketOf(opened);
    expect(socket.send(utf8('hello'))).toBe(true);
    await opened.until(() => opened.frames.length === 1);
    expect(opened.frames[0]).toEqual(utf8('hello'));
    expect(opened.frames[0]?.constructor).toBe(Uint8Array);
    socket.close(1000);
    await opened.until(() => opened.closed.length === 1);
    expect(opened.closed).toEqual([{ code: 1000 }]);
    expect(socket.send(utf8('late'))).toBe(false);
  });

  it('takes a key that cannot be read for a wrong one', async () => {
    const credential = await makeCredential();
    const { port, seen } = await echo(credential);
    // Which kinds Node cannot write out depends on the OpenSSL that it was built with.
    const reading = vi.spyOn(X509Certificate.prototype, 'publicKey', 'get').mockImplementation(() => {
      throw new Error('unsupported');
    });
    try {
      const opened = await open({ url: `wss://localhost:${port}/`, pin: credential.pin });
      expect(opened.outcome).toEqual({ outcome: 'wrong-key' });
    } finally {
      reading.mockRestore();
    }
    expect(seen()).toBe(0);
  });

  it('sends nothing to a server with another key, even one that an authority vouches for', async () => {
    const [credential, other] = await Promise.all([makeCredential(), makeCredential()]);
    const { port, seen } = await echo(credential);
    const url = `wss://localhost:${port}/`;
    const opened = await open(
      { url, pin: other.pin, headers: { authorization: 'Basic c2VjcmV0' } },
      credential.cert,
    );
    expect(opened.outcome).toEqual({ outcome: 'wrong-key' });
    expect(seen()).toBe(0);
  });

  it('looks at the key again on the next connection', async () => {
    const [first, second] = await Promise.all([makeCredential(), makeCredential()]);
    const { port, server } = await echo(first);
    const url = `wss://localhost:${port}/`;
    const before = await open({ url, pin: first.pin });
    socketOf(before).close(1000);
    await before.until(() => before.closed.length === 1);
    (server as unknown as { setSecureContext(options: object): void }).setSecureContext(second);
    expect((await open({ url, pin: first.pin })).outcome).toEqual({ outcome: 'wrong-key' });
    expect((await open({ url, pin: second.pin })).outcome.outcome).toBe('open');
  });

  it('refuses a pin of another length or without TLS', async () => {
    const request = {
      headers: {},
      timeout: 1,
      maxFrame: 1,
      onFrame: () => undefined,
      onClose: () => undefined,
    };
    const short = { ...request, url: 'wss://localhost/', pin: new Uint8Array(31) };
    await expect(openSocket(short)).rejects.toMatchObject({ code: 'bad-pin' });
    const plain = { ...request, url: 'ws://localhost/', pin: new Uint8Array(32) };
    await expect(openSocket(plain)).rejects.toMatchObject({ code: 'bad-pin' });
  });
});

describe('openSocket without a pin', () => {
  it('needs an authority that vouches for the name', async () => {
    const [good, elsewhere] = await Promise.all([makeCredential(), makeCredential('elsewhere.example')]);
    const server = await echo(good);
    const named = `wss://localhost:${server.port}/`;
    expect((await open({ url: named })).outcome).toEqual({ outcome: 'untrusted' });
    expect((await open({ url: named }, elsewhere.cert)).outcome).toEqual({ outcome: 'untrusted' });
    expect((await open({ url: named }, good.cert)).outcome.outcome).toBe('open');
    const other = await echo(elsewhere);
    const wrongName = `wss://localhost:${other.port}/`;
    expect((await open({ url: wrongName }, elsewhere.cert)).outcome).toEqual({ outcome: 'untrusted' });
    expect(other.seen()).toBe(0);
  });

  it('speaks without TLS only to this machine', async () => {
    const { port } = await echo();
    expect((await open({ url: `ws://127.0.0.1:${port}/` })).outcome.outcome).toBe('open');
    const refused = [
      'ws://relay.example/',
      'ws://10.0.0.1/',
      'http://127.0.0.1/',
      'nonsense',
      'wss://a:b@x/',
      'wss://x/#y',
    ];
    for (const url of refused) await expect(open({ url })).rejects.toMatchObject({ code: 'insecure-url' });
  });

  it('refuses headers that would begin another line', async () => {
    const headers = { 'x-note': 'a\r\nauthorization: b' };
    await expect(open({ url: 'ws://127.0.0.1:1/', headers })).rejects.toMatchObject({ code: 'bad-header' });
  });
});

describe('a socket', () => {
  it('passes close codes up, and 1006 for a broken connection or a frame that is too long', async () => {
    const { port } = await echo();
    for (const [word, code] of [
      ['close 4401', 4401],
      ['close 4409', 4409],
      ['cut', 1006],
      ['large', 1006],
    ] as const) {
      const opened = await open({ url: `ws://127.0.0.1:${port}/` });
      socketOf(opened).send(utf8(word));
      await opened.until(() => opened.closed.length === 1);
      expect(opened.closed, word).toEqual([{ code }]);
      expect(opened.frames).toEqual([]);
    }
  });

  it('offers no compression and shows what the system has not taken', async () => {
    const { port } = await echo();
    const opened = await open({ url: `ws://127.0.0.1:${port}/` });
    const socket = socketOf(opened);
    expect(socket.buffered).toBe(0);
    socket.send(utf8('extensions'));
    await opened.until(() => opened.frames.length === 1);
    expect(opened.frames[0]).toEqual(utf8(''));
  });

  it('tells why an upgrade was refused', async () => {
    const server = createHttp();
    server.on('upgrade', (message, stream) => {
      const status = Number(message.url?.slice(1));
      const retry = status === 429 ? 'Retry-After: 7\r\n' : 'Retry-After: soon\r\n';
      stream.end(`HTTP/1.1 ${status} No\r\n${retry}Content-Length: 0\r\n\r\n`);
    });
    const port = await listen(server);
    const refused = async (status: number) =>
      (await open({ url: `ws://127.0.0.1:${port}/${status}` })).outcome;
    expect(await refused(403)).toEqual({ outcome: 'refused', status: 403 });
    expect(await refused(429)).toEqual({ outcome: 'refused', status: 429, retryAfter: 7_000 });
    expect(await refused(301)).toEqual({ outcome: 'refused', status: 301 });
  });

  it('is unreachable when nobody listens, nobody answers, or the answer is not a WebSocket', async () => {
    const silent = await listen(createTcp());
    const timeout = 100;
    const slow = { outcome: 'unreachable', reason: 'timeout' };
    expect((await open({ url: `ws://127.0.0.1:${silent}/`, timeout })).outcome).toEqual(slow);
    expect((await open({ url: `wss://127.0.0.1:${silent}/`, timeout })).outcome).toEqual(slow);
    const nonsense = await listen(createTcp((stream) => stream.end('SSH-2.0-x\r\n\r\n')));
    const noWebSocket = { outcome: 'unreachable', reason: 'no-websocket' };
    expect((await open({ url: `ws://127.0.0.1:${nonsense}/` })).outcome).toEqual(noWebSocket);
    const noConnection = { outcome: 'unreachable', reason: 'no-connection' };
    expect((await open({ url: `wss://127.0.0.1:${nonsense}/` })).outcome).toEqual(noConnection);
    expect((await open({ url: 'ws://127.0.0.1:1/' })).outcome).toEqual(noConnection);
  });
});
