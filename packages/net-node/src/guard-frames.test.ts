import { createSecureServer, type Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { AnsweredFrames, CLIENT_FRAMES_PATH, type FrameReply, type RequestKind } from '@sotto/frames';
import type { GuardRequest } from '@sotto/transport-onion';
import { describe, expect, it } from 'vitest';
import { listen, makeCredential } from '../test/_servers.ts';
import { postToGuard } from './post-to-guard.ts';

type Answer = (kind: RequestKind, body: Bytes, connection: number) => Promise<FrameReply> | FrameReply;

const LIMITS = { requests: 128, bytes: 2 ** 20, bodyTimeout: 30_000, readTimeout: 60_000 };
const never = new Promise<never>(() => undefined);
const echo: Answer = (kind, body) => ({ status: 200, body: utf8(`${kind} ${fromUtf8(body)}`) });

/** A guard that takes frames, unless `frames` says what it does with the stream instead. */
async function guard(answer: Answer = echo, frames?: (stream: ServerHttp2Stream) => void) {
  const connections: Socket[] = [];
  const asked: string[] = [];
  const server = createSecureServer({ ...(await makeCredential()), allowHTTP1: true });
  server.on('connection', (socket: Socket) => connections.push(socket));
  server.on('sessionError', () => undefined);
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('request', (request: Http2ServerRequest, response) => {
    const number = connections.length;
    asked.push(`${request.httpVersion} ${request.url}`);
    if (request.url !== CLIENT_FRAMES_PATH) {
      request.on('data', () => undefined).on('end', () => response.end('over http'));
      return;
    }
    const { stream } = request;
    stream.on('error', () => undefined);
    if (frames !== undefined) {
      frames(stream);
      return;
    }
    stream.respond({ ':status': 200 });
    new AnsweredFrames(stream, LIMITS, {
      answer: async (kind, body) => answer(kind, body, number),
      open: () => ({ take: () => true, release: () => undefined }),
      refuse: (status) => ({ status, body: new Uint8Array() }),
      came: () => undefined,
    });
  });
  return { port: await listen(server), connections, asked };
}

const request = (port: number, more: Partial<GuardRequest> = {}): GuardRequest => ({
  ...{ ip: '127.0.0.1', port, path: '/onion_req/v2', body: utf8('request'), timeout: 5_000, maxReply: 1_000 },
  ...more,
});

describe('a guard that takes frames', () => {
  it('is asked over one connection, whatever is asked and however much at once', async () => {
    const { port, connections, asked } = await guard();
    const post = postToGuard({ frames: true });
    const onions = Array.from({ length: 100 }, (_, index) => post(request(port, { body: utf8(`${index}`) })));
    for (const [index, reply] of (await Promise.all(onions)).entries()) {
      expect(reply).toEqual({ outcome: 'answered', status: 200, body: utf8(`1 ${index}`) });
    }
    expect(await post(request(port, { path: '/storage_rpc/v1' }))).toMatchObject({ body: utf8('2 request') });
    expect([connections.length, asked]).toEqual([1, [`2.0 ${CLIENT_FRAMES_PATH}`]]);
  });

  it('holds no answer up with another', async () => {
    const { port } = await guard((kind, body) => (fromUtf8(body) === 'poll' ? never : echo(kind, body, 0)));
    const post = postToGuard({ frames: true });
    const leaving = new AbortController();
    const poll = post(request(port, { body: utf8('poll'), signal: leaving.signal }));
    expect((await post(request(port))).outcome).toBe('answered');
    leaving.abort();
    expect(await poll).toEqual({ outcome: 'unreachable', reason: 'aborted' });
    const early = request(port, { signal: AbortSignal.abort() });
    expect(await post(early)).toEqual({ outcome: 'unreachable', reason: 'aborted' });
  });

  it('takes any status as it is, and ends with an answer that is too long', async () => {
    const { port } = await guard((_, body) => {
      const [status = 0, length = 0] = JSON.parse(fromUtf8(body)) as [number, number];
      return { status, body: new Uint8Array(length) };
    });
    const post = postToGuard({ frames: true });
    const ask = (...asked: [number, number]) => post(request(port, { body: utf8(JSON.stringify(asked)) }));
    for (const status of [302, 400, 429, 502, 504]) expect(await ask(status, 3)).toMatchObject({ status });
    expect(await ask(200, 1_000)).toMatchObject({ status: 200, body: new Uint8Array(1_000) });
    expect(await ask(200, 1_001)).toEqual({ outcome: 'unreachable', reason: 'too-large' });
    expect(await ask(200, 0)).toMatchObject({ status: 200 });
  });

  it('is connected to anew when it has hung up, and nothing is sent twice', async () => {
    let heard = 0;
    const { port, connections } = await guard((kind, body, number) => {
      heard += 1;
      if (number > 1) return echo(kind, body, number);
      connections[0]?.destroy();
      return never;
    });
    const post = postToGuard({ frames: true });
    expect(await post(request(port))).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
    expect((await post(request(port))).outcome).toBe('answered');
    expect([connections.length, heard]).toEqual([2, 2]);
  });

  it('is connected to anew after a silence, since the network may have changed, but not while it answers others', async () => {
    const silent = await guard((kind, body, number) => (number === 1 ? never : echo(kind, body, number)));
    const post = postToGuard({ frames: true });
    const slow = { outcome: 'unreachable', reason: 'timeout' };
    expect(await post(request(silent.port, { timeout: 300 }))).toEqual(slow);
    expect((await post(request(silent.port))).outcome).toBe('answered');
    expect(silent.connections).toHaveLength(2);
    const busy = await guard((kind, body) => (fromUtf8(body) === 'slow' ? never : echo(kind, body, 0)));
    const asking = post(request(busy.port, { timeout: 600, body: utf8('slow') }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await post(request(busy.port))).outcome).toBe('answered');
    expect(await asking).toEqual(slow);
    expect((await post(request(busy.port))).outcome).toBe('answered');
    expect(busy.connections).toHaveLength(1);
  });

  it('that breaks the rules of frames is hung up on', async () => {
    const { port } = await guard(echo, (stream) => {
      stream.respond({ ':status': 200 });
      stream.write(Buffer.from('00000001', 'hex'));
    });
    expect(await postToGuard({ frames: true })(request(port))).toEqual({
      outcome: 'unreachable',
      reason: 'no-connection',
    });
  });

  it('does not pile up behind one that answers nothing', async () => {
    const { port } = await guard(() => never);
    const post = postToGuard({ frames: true });
    const controllers = Array.from({ length: 128 }, () => new AbortController());
    const asking = controllers.map(({ signal }) => post(request(port, { signal })));
    expect(await post(request(port))).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
    for (const controller of controllers) controller.abort();
    for (const reply of await Promise.all(asking)) expect(reply).toMatchObject({ reason: 'aborted' });
    // Whoever was not waited for has left its place.
    const last = new AbortController();
    const after = post(request(port, { signal: last.signal }));
    last.abort();
    expect(await after).toMatchObject({ reason: 'aborted' });
  });
});

describe('a guard with HTTP/2 and without frames', () => {
  it('is asked over HTTP/1.1 from then on', async () => {
    const { port, connections, asked } = await guard(echo, (stream) => {
      stream.respond({ ':status': 404 }, { endStream: true });
    });
    const post = postToGuard({ frames: true });
    for (let index = 0; index < 3; index++) {
      expect(await post(request(port))).toMatchObject({ status: 200, body: utf8('over http') });
    }
    expect(asked).toEqual([`2.0 ${CLIENT_FRAMES_PATH}`, ...Array(3).fill('1.1 /onion_req/v2')]);
    expect(connections.length).toBeLessThanOrEqual(3);
  });

  it('is unanswered when it refuses the stream for now, or says nothing', async () => {
    const busy = await guard(echo, (stream) => stream.respond({ ':status': 503 }, { endStream: true }));
    const post = postToGuard({ frames: true });
    expect(await post(request(busy.port))).toEqual({ outcome: 'unreachable', reason: 'no-connection' });
    const silent = await guard(echo, () => undefined);
    const slow = { outcome: 'unreachable', reason: 'timeout' };
    expect(await post(request(silent.port, { timeout: 200 }))).toEqual(slow);
  });
});
