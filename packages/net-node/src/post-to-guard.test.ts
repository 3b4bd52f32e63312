import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Socket } from 'node:net';
import { utf8 } from '@sotto/bytes';
import type { GuardRequest } from '@sotto/transport-onion';
import { describe, expect, it } from 'vitest';
import { listen, makeCredential } from '../test/_servers.ts';
import { postToGuard } from './post-to-guard.ts';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  readonly body: string;
}

type Handle = (seen: Seen, response: ServerResponse) => void;

/** A guard with a certificate that nobody vouches for. */
async function guard(handle: Handle = (_, response) => response.end('answer')) {
  const connections: Socket[] = [];
  const seen: Seen[] = [];
  const server = createHttps(await makeCredential('CN=somebody'), (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = { headers: request.headers, url: request.url ?? '', body: Buffer.concat(parts).toString() };
      seen.push(one);
      handle(one, response);
    });
  });
  server.on('connection', (stream: Socket) => connections.push(stream));
  return { port: await listen(server), connections, seen };
}

const request = (port: number, more: Partial<GuardRequest> = {}): GuardRequest => ({
  ip: '127.0.0.1',
  port,
  path: '/onion_req/v2',
  body: utf8('request'),
  timeout: 5_000,
  maxReply: 1_000,
  ...more,
});

describe('a request to a guard', () => {
  it('says nothing of us but what all clients of the network say', async () => {
    const { port, seen } = await guard();
    const reply = await postToGuard()(request(port));
    expect(reply).toEqual({ outcome: 'answered', status: 200, body: utf8('answer') });
    if (reply.outcome === 'answered') expect(reply.body.constructor).toBe(Uint8Array);
    expect(seen).toEqual([
      {
        url: '/onion_req/v2',
        body: 'request',
        headers: {
          host: `127.0.0.1:${port}`,
          connection: 'keep-alive',
          'user-agent': 'WhatsApp',
          'accept-language': 'en-us',
          'content-length': '7',
        },
      },
    ]);
  });

  it('leaves its connection to those after it, and many at once share sixteen', async () => {
    const waiting: ServerResponse[] = [];
    const { port, connections, seen } = await guard(({ url }, response) => {
      if (url === '/onion_req/v2') response.end();
      else if (waiting.push(response) === 16) for (const one of waiting.splice(0)) one.end();
    });
    const post = postToGuard();
    for (let index = 0; index < 5; index++) expect((await post(request(port))).outcome).toBe('answered');
    // A connection is free a moment after its answer; there may be one more for that.
    expect(connections.length).toBeLessThanOrEqual(2);
    const polls = Array.from({ length: 32 }, () => post(request(port, { path: '/storage_rpc/v1' })));
    for (const reply of await Promise.all(polls)) expect(reply.outcome).toBe('answered');
    expect([connections.length, seen.length]).toEqual([16, 37]);
  });

  it('goes out on a new connection when the guard has closed the old one', async () => {
    const { port, connections } = await guard();
    const post = postToGuard();
    await post(request(port));
    const closed = new Promise((resolve) => connections[0]?.once('close', resolve));
    connections[0]?.end();
    await closed;
    expect((await post(request(port))).outcome).toBe('answered');
    expect(connections).toHaveLength(2);
  });

  it('takes any status as it is and follows no redirect', async () => {
    const other = await guard();
    const { port } = await guard(({ body }, response) => {
      const location = `https://127.0.0.1:${other.port}/onion_req/v2`;
      response.writeHead(Number(body), { location }).end('Next node not found');
    });
    for (const status of [302, 307, 400, 406, 502, 504]) {
      const reply = await postToGuard()(request(port, { body: utf8(`${status}`) }));
      expect(reply).toEqual({ outcome: 'answered', status, body: utf8('Next node not found') });
    }
    expect(other.seen).toEqual([]);
  });

  it('ends with an answer that is too long, however it comes, and with none that just fits', async () => {
    const { port } = await guard(({ body }, response) => {
      const [length = 0, announced] = JSON.parse(body) as [number, boolean];
      if (announced) response.end(Buffer.alloc(length, 'x'));
      else {
        for (let index = 0; index < length; index++) response.write('x');
        response.end();
      }
    });
    const post = postToGuard();
    for (const announced of [true, false]) {
      const ask = (length: number) =>
        post(request(port, { body: utf8(JSON.stringify([length, announced])) }));
      expect(await ask(1_001)).toEqual({ outcome: 'unreachable', reason: 'too-large' });
      expect(await ask(1_000)).toMatchObject({ status: 200, body: utf8('x'.repeat(1_000)) });
      expect(await ask(100_000)).toEqual({ outcome: 'unreachable', reason: 'too-large' });
      expect(await ask(0)).toMatchObject({ status: 200, body: utf8('') });
    }
  });

  it('ends in time, before the answer or within it', async () => {
    const { port, seen } = await guard(({ body }, response) => {
      if (body === 'begin') response.write('x');
    });
    const silent = await listen(createTcp());
    const slow = { outcome: 'unreachable', reason: 'timeout' };
    const post = postToGuard();
    expect(await post(request(port, { timeout: 100 }))).toEqual(slow);
    expect(await post(request(port, { timeout: 100, body: utf8('begin') }))).toEqual(slow);
    expect(await post(request(silent, { timeout: 100 }))).toEqual(slow);
    expect(seen).toHaveLength(2);
  });

  it('ends early when it is not wanted any more', async () => {
    let arrived: () => void = () => undefined;
    const { port, seen } = await guard(() => arrived());
    const post = postToGuard();
    const aborted = { outcome: 'unreachable', reason: 'aborted' };
    expect(await post(request(port, { signal: AbortSignal.abort() }))).toEqual(aborted);
    expect(seen).toEqual([]);
    const controller = new AbortController();
    const there = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const asking = post(request(port, { signal: controller.signal }));
    await there;
    controller.abort();
    expect(await asking).toEqual(aborted);
  });

  it('is unanswered when there is nobody, no TLS, no HTTP, or the answer breaks off, and is not repeated', async () => {
    const gone = { outcome: 'unreachable', reason: 'no-connection' };
    const post = postToGuard();
    expect(await post(request(1))).toEqual(gone);
    const plain = await listen(createTcp((stream) => stream.end('SSH-2.0-x\r\n\r\n')));
    expect(await post(request(plain))).toEqual(gone);
    const { port, seen } = await guard(({ body }, response) => {
      if (body === 'half') response.writeHead(200, { 'content-length': 100 }).write('x');
      response.socket?.destroySoon();
      if (body === 'nonsense') response.socket?.end('nonsense\r\n\r\n');
    });
    for (const body of ['none', 'half', 'nonsense']) {
      expect(await post(request(port, { body: utf8(body) })), body).toEqual(gone);
    }
    expect(seen.map(({ body }) => body)).toEqual(['none', 'half', 'nonsense']);
  });

  it('does not pile up behind a guard that answers nothing', async () => {
    const { port } = await guard(() => undefined);
    const controllers = Array.from({ length: 128 }, () => new AbortController());
    const post = postToGuard();
    const asking = controllers.map(({ signal }) => post(request(port, { signal })));
    expect(await post(request(port))).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
    for (const controller of controllers) controller.abort();
    for (const reply of await Promise.all(asking)) expect(reply).toMatchObject({ reason: 'aborted' });
  });

  it('names its guard by address', async () => {
    for (const [ip, port] of [
      ['localhost', 1],
      ['::1', 1],
      ['127.1', 1],
      ['127.0.0.1', 0],
      ['127.0.0.1', 65_536],
    ] as const) {
      await expect(postToGuard()(request(port, { ip }))).rejects.toMatchObject({ code: 'bad-guard' });
    }
  });

  it('leaves few connections to guards that are not used any more', async () => {
    const guards = await Promise.all(Array.from({ length: 14 }, () => guard()));
    const post = postToGuard();
    for (const { port } of guards) await post(request(port));
    const [first, second, third] = guards.map(({ connections }) => connections[0]);
    for (const old of [first, second]) {
      if (!old?.destroyed) await new Promise((resolve) => old?.once('close', resolve));
    }
    expect(third?.destroyed).toBe(false);
  });
});
