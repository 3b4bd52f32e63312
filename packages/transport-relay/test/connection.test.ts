import { asBytes, utf8 } from '@sotto/bytes';
import { encodeFrame, NO_HEADERS } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection, ConnectionEvents } from '../src/connection.ts';
import { ANSWER_TIMEOUT, MAX_IN_FLIGHT, MAX_RETRY_AFTER } from '../src/limits.ts';
import { connectTo } from '../src/surroundings.ts';
import { around, createScriptedRelay, quiet, type Script } from './scripted-relay.ts';

const get = (path: string) => ({ verb: 'GET', path }) as const;

async function open(script?: Script, events: Partial<ConnectionEvents> = {}) {
  const relay = createScriptedRelay(script);
  const { clock, surroundings } = around(relay);
  const closed: number[] = [];
  const opened = await connectTo(surroundings, {
    onRequest: (_, answer) => answer(404),
    onClose: (code) => closed.push(code),
    ...events,
  });
  if (opened.outcome !== 'open') throw new Error('not open');
  const connection: Connection = opened.connection;
  connection.begin();
  const [socket] = relay.sockets;
  if (!socket) throw new Error('no socket');
  return { relay, clock, connection, socket, closed };
}

describe('a connection', () => {
  it('goes to the relay by its pin and matches answers that come in any order', async () => {
    const { connection, socket } = await open();
    expect(socket.opened.url).toBe('wss://relay.example/v1/websocket/');
    expect(socket.opened.pin).toEqual(new Uint8Array(32).fill(9));
    const replies = ['/a', '/b', '/c'].map((path) => connection.ask(get(path)));
    expect(socket.requests.map((request) => request.id)).toEqual([0n, 1n, 2n]);
    for (const id of [2n, 0n, 1n]) socket.answer(id, { status: 200, body: utf8(`for ${id}`) });
    expect(await Promise.all(replies)).toMatchObject([0, 1, 2].map((id) => ({ body: utf8(`for ${id}`) })));
  });

  it('reads how long to stay away, within bounds', async () => {
    const { connection, socket } = await open();
    const said = ['7', '1e99', '-5', 'tomorrow', '0'];
    const replies = said.map((_, index) => connection.ask(get(`/${index}`)));
    for (const [index, text] of said.entries()) {
      socket.answer(BigInt(index), { status: 429, headers: { 'Retry-After': text } });
    }
    const waits = (await Promise.all(replies)).map(
      (reply) => reply.outcome === 'answered' && reply.retryAfter,
    );
    expect(waits).toEqual([7_000, MAX_RETRY_AFTER, 1_000, 30_000, 1_000]);
  });

  it('gives up a relay that is silent for five seconds, with everything that was asked', async () => {
    const { connection, clock, socket, closed } = await open();
    const first = connection.ask(get('/a'));
    await clock.advance(ANSWER_TIMEOUT - 1);
    const second = connection.ask(get('/b'));
    expect(connection.closed).toBe(false);
    await clock.advance(1);
    expect(await first).toEqual({ outcome: 'unanswered' });
    expect(await second).toEqual({ outcome: 'unanswered' });
    expect([socket.closedBy, closed]).toEqual([1000, [1000]]);
    expect(await connection.ask(get('/c'))).toEqual({ outcome: 'unanswered' });
    expect(clock.pending).toBe(0);
  });

  it('asks only so much at a time, in order, and waits when the system takes nothing', async () => {
    const { relay, connection, socket } = await open();
    const count = MAX_IN_FLIGHT + 10;
    const replies = Array.from({ length: count }, (_, index) => connection.ask(get(`/${index}`)));
    expect(socket.requests).toHaveLength(MAX_IN_FLIGHT);
    for (let id = 0n; id < BigInt(count); id++) socket.answer(id, { status: 200 });
    expect((await Promise.all(replies)).every((reply) => reply.outcome === 'answered')).toBe(true);
    expect(socket.requests.map((request) => request.path)).toEqual(
      Array.from({ length: count }, (_, i) => `/${i}`),
    );
    relay.buffered = 10_000_000;
    const [one, two] = [connection.ask(get('/x')), connection.ask(get('/y'))];
    expect(socket.requests).toHaveLength(count + 1);
    socket.answer(BigInt(count), { status: 200 });
    socket.answer(BigInt(count + 1), { status: 200 });
    expect([await one, await two]).toMatchObject([{ outcome: 'answered' }, { outcome: 'answered' }]);
  });

  it('does not send a frame the relay would hang up on', async () => {
    const { connection, socket } = await open();
    const reply = connection.ask({ verb: 'PUT', path: '/a', body: new Uint8Array(512 * 1024) });
    expect(await reply).toMatchObject({ status: 413 });
    expect(socket.requests).toEqual([]);
  });

  it('hears what was said before it listened', async () => {
    const relay = createScriptedRelay();
    const { surroundings } = around(relay);
    const heard: string[] = [];
    const opened = await connectTo(surroundings, {
      onRequest: (request) => heard.push(request.path),
      onClose: () => undefined,
    });
    relay.sockets[0]?.ask('PUT', '/early', 1n);
    expect(heard).toEqual([]);
    if (opened.outcome === 'open') opened.connection.begin();
    expect(heard).toEqual(['/early']);
  });

  it('hangs up with 1007 on an answer to nothing, and on frames that are none', async () => {
    const nonsense = [
      encodeFrame({ kind: 'response', id: 99n, status: 200, message: '', headers: NO_HEADERS }),
      new Uint8Array([255, 255, 255]),
      new Uint8Array(0),
    ];
    for (const frame of nonsense) {
      const { connection, socket, closed } = await open();
      const asked = connection.ask(get('/a'));
      socket.push(frame);
      expect(await asked).toEqual({ outcome: 'unanswered' });
      await quiet();
      expect([socket.closedBy, closed]).toEqual([1007, [1007]]);
    }
  });

  it('does not pile up answers for a relay that asks and does not read', async () => {
    const { relay, socket, connection } = await open();
    relay.buffered = 100_000_000;
    socket.ask('GET', '/again', 1n);
    expect(connection.closed).toBe(true);
  });

  it('settles every request and throws nothing, whatever a hostile relay sends', async () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map(asBytes),
      fc
        .record({ id: fc.bigInt({ min: 0n, max: 6n }), status: fc.integer({ min: 0, max: 1200 }) })
        .map(({ id, status }) =>
          encodeFrame({ kind: 'response', id, status, message: 'x', headers: NO_HEADERS }),
        ),
      fc
        .record({ id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), path: fc.string() })
        .map(({ id, path }) =>
          encodeFrame({ kind: 'request', id, verb: 'PUT', path: `/${path}`, headers: NO_HEADERS }),
        ),
      fc.constant('drop' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
        const { connection, socket, clock, closed } = await open();
        const asked = [connection.ask(get('/a')), connection.ask(get('/b')), connection.ask(get('/c'))];
        for (const each of frames) {
          if (each === 'drop') socket.drop(1006);
          else socket.push(each);
        }
        await clock.advance(ANSWER_TIMEOUT);
        for (const reply of await Promise.all(asked))
          expect(['answered', 'unanswered']).toContain(reply.outcome);
        expect(closed.length).toBeLessThanOrEqual(1);
        expect(connection.busy).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
