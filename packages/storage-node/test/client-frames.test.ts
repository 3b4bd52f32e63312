import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { fromUtf8, utf8 } from '@sotto/bytes';
import { CLIENT_FRAMES_PATH, FRAME, FrameAsker, type FrameRequest, type RequestKind } from '@sotto/frames';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_CLIENT_REQUESTS, RATE_LIMIT } from '../src/constants.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import {
  buildFor,
  createNetwork,
  createOwner,
  nodeDestination,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  until,
} from './_network.ts';

/** What a client asks its guard in frames, over one connection. */

let network: TestNetwork;
let guard: TestNode;
let end: TestNode;
beforeAll(async () => {
  network = await createNetwork([2], { operation: true });
  const [first, second] = network.nodes;
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [guard, end] = [first, second];
});
afterAll(() => network.close());

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

function connect({ ip, httpsPort }: TestNode): ClientHttp2Session {
  const session = connectHttp2(`https://${ip}:${httpsPort}`, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

async function opened(
  session: ClientHttp2Session,
  path: string = CLIENT_FRAMES_PATH,
  endStream = false,
): Promise<{ readonly status: number; readonly stream: ClientHttp2Stream }> {
  const stream = session.request({ ':method': 'POST', ':path': path }, { endStream });
  stream.on('error', () => undefined);
  const status = await new Promise<number>((resolve) =>
    stream.once('response', (headers) => resolve(headers[':status'] ?? 0)),
  );
  return { status, stream };
}

async function asker(node = guard) {
  const { status, stream } = await opened(connect(node));
  expect(status).toBe(200);
  const frames = new FrameAsker(stream, { most: 1_000, patience: 5_000, broken: () => undefined });
  const ask = (kind: RequestKind, body: FrameRequest['body'], signal?: AbortSignal) =>
    frames.ask(kind, {
      ...{ body, timeout: 20_000, maxReply: 65_536 },
      ...(signal === undefined ? {} : { signal }),
    });
  return { ask, stream };
}

const info = utf8(JSON.stringify({ method: 'info', params: {} }));

describe('a client that asks in frames', () => {
  it('has its onions passed on and its questions answered', async () => {
    const { ask } = await asker();
    const owner = createOwner();
    await rpc(end, 'store', storeParams(owner, 'through frames'));
    const { body, open } = buildFor([guard], nodeDestination(end, 'retrieve', retrieveParams(owner)));
    const onion = await ask(FRAME.onion, body);
    if (onion.outcome !== 'answered') throw new Error(onion.outcome);
    const reply = open(onion.body);
    expect(reply.outcome === 'opened' && fromUtf8(reply.body)).toContain('dGhyb3VnaCBmcmFtZXM');
    const answered = await ask(FRAME.storage, info);
    expect(answered).toMatchObject({ outcome: 'answered', status: 200 });
    expect(await ask(FRAME.onion, body), 'the same layer again').toMatchObject({ status: 400 });
    expect(await ask(FRAME.onion, utf8('nonsense'))).toMatchObject({ status: 400 });
  });

  it('has one stream on a connection, and none of a link’s', async () => {
    const session = connect(guard);
    const first = await opened(session);
    expect(first.status).toBe(200);
    expect((await opened(session)).status).toBe(409);
    const link = await opened(session, LINK_PATH.frames, true);
    expect(link.status).toBe(403);
    first.stream.close();
    await until('the place is free again', async () => (await opened(session)).status === 200);
  });

  it('is counted among those whose requests are answered, and leaves when it goes', async () => {
    const { ask, stream } = await asker();
    const owner = createOwner();
    const poll = { method: 'retrieve', params: retrieveParams(owner, 0, { wait: 20_000 }) };
    const leaving = new AbortController();
    void ask(FRAME.storage, utf8(JSON.stringify(poll)), leaving.signal);
    void ask(FRAME.storage, utf8(JSON.stringify(poll)));
    const numbers = async () => {
      const reply = await fetch(`http://127.0.0.1:${guard.running?.operationPort}/metrics`);
      const text = await reply.text();
      return ['waiters', 'requests_under_way'].map((name) =>
        Number(new RegExp(`^sotto_node_${name} (.+)$`, 'm').exec(text)?.[1]),
      );
    };
    await until('two long polls', async () => `${await numbers()}` === '2,2');
    leaving.abort();
    await until('one long poll', async () => `${await numbers()}` === '1,1');
    stream.destroy();
    await until('none', async () => `${await numbers()}` === '0,0');
  });

  it('has so many requests at once and no more', async () => {
    const { ask } = await asker();
    // A box takes a few polls at once.
    const polls = Array.from({ length: 16 }, () =>
      utf8(
        JSON.stringify({ method: 'retrieve', params: retrieveParams(createOwner(), 0, { wait: 20_000 }) }),
      ),
    );
    const leaving = new AbortController();
    const statuses: number[] = [];
    for (let index = 0; index <= MAX_CLIENT_REQUESTS; index++) {
      void ask(FRAME.storage, polls[index % polls.length] ?? info, leaving.signal).then((answer) => {
        if (answer.outcome === 'answered') statuses.push(answer.status);
      });
    }
    await until('a refusal', () => statuses.length > 0);
    leaving.abort();
    expect(statuses).toEqual([503]);
  });

  it('may ask as often as over HTTP', async () => {
    const { ask } = await asker(end);
    const answers: number[] = [];
    for (let asked = 0; asked < 2 * RATE_LIMIT.size; asked += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, () => ask(FRAME.storage, info)));
      for (const answer of some) if (answer.outcome === 'answered') answers.push(answer.status);
    }
    expect(new Set(answers)).toEqual(new Set([200, 429]));
    expect(answers.filter((status) => status === 200).length).toBeGreaterThanOrEqual(RATE_LIMIT.size);
  });
});

describe('a guard that is told to end', () => {
  it('answers what it has begun and ends the stream', async () => {
    const { ask, stream } = await asker(end);
    const ended = new Promise((resolve) => stream.once('close', resolve));
    const poll = { method: 'retrieve', params: retrieveParams(createOwner(), 0, { wait: 20_000 }) };
    const polled = ask(FRAME.storage, utf8(JSON.stringify(poll)));
    // Behind it on the same stream: when this is answered, that is under way.
    expect(await ask(FRAME.storage, info)).toMatchObject({ outcome: 'answered' });
    await network.stop(end);
    expect(await polled).toMatchObject({ outcome: 'answered', status: 200 });
    await ended;
    await network.start(end);
  });
});
