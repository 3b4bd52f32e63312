import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Bytes } from '@sotto/bytes';
import { expect, it } from 'vitest';
import { AnsweredFrames } from './answered-frames.ts';
import { FRAME, type RequestKind } from './kinds.ts';
import type { Leaving } from './leaving.ts';
import { type Part, PartReader, PartWriter } from './parts.ts';

const LIMITS = { requests: 100, bytes: 1_000_000, bodyTimeout: 30_000, readTimeout: 60_000 };

interface Call {
  readonly kind: RequestKind;
  readonly body: Bytes;
  readonly signal: Leaving;
  reply(status: number): void;
}

/** One end of a stream of frames that a test writes to, the answering end, and what it was asked. */
function world({ room = Number.POSITIVE_INFINITY } = {}) {
  const [there, back] = [new PassThrough(), new PassThrough({ highWaterMark: 256 })];
  const stream = Object.assign(there, {
    write: back.write.bind(back),
    end: () => {
      back.end();
      return there;
    },
  }) as unknown as PassThrough;
  back.on('drain', () => there.emit('drain'));
  let held = 0;
  const calls: Call[] = [];
  const frames = new AnsweredFrames(stream, LIMITS, {
    answer: (kind, body, { signal }) =>
      new Promise((resolve) =>
        calls.push({ kind, body, signal, reply: (status) => resolve({ status, body: new Uint8Array() }) }),
      ),
    open: () => {
      let own = 0;
      return {
        take: (bytes) => {
          if (held + bytes > room) return false;
          held += bytes;
          own += bytes;
          return true;
        },
        release: () => {
          held -= own;
          own = 0;
        },
      };
    },
    refuse: (status) => ({ status, body: new Uint8Array() }),
    came: () => undefined,
  });
  const replies: [number, number][] = [];
  const reader = new PartReader(({ id, payload }: Part) => replies.push([id, payload.readUInt16BE(0)]));
  back.on('data', (chunk: Buffer) => reader.push(chunk));
  const input = new PassThrough();
  input.on('data', (chunk: Buffer) => there.emit('data', chunk));
  const writer = new PartWriter(input, { patience: 60_000, stalled: () => undefined });
  const send = (id: number, kind: number, length: number): Promise<void> =>
    new Promise((resolve) => writer.send(id, kind, Buffer.alloc(length), resolve));
  /** Whether the other end reads. */
  const read = (reads: boolean) => (reads ? back.resume() : back.pause());
  return { frames, stream, calls, replies, send, read, held: () => held, settle: () => rest() };
}

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round++) await turn();
}

it('answers in any order, each under its number, and gives back what it held', async () => {
  const { calls, replies, send, held, settle } = world();
  await Promise.all([send(7, FRAME.onion, 200_000), send(8, FRAME.storage, 3)]);
  await settle();
  expect(calls.map(({ kind, body }) => [kind, body.length])).toEqual([
    [FRAME.storage, 3],
    [FRAME.onion, 200_000],
  ]);
  calls[1]?.reply(502);
  await settle();
  calls[0]?.reply(200);
  await settle();
  expect(replies).toEqual([
    [7, 502],
    [8, 200],
  ]);
  expect(held()).toBe(0);
});

it('stops what nobody waits for any more, also all of it when the stream ends', async () => {
  const { stream, calls, replies, send, held, settle } = world();
  await Promise.all([send(1, FRAME.onion, 1), send(2, FRAME.onion, 1)]);
  await settle();
  await send(1, FRAME.cancel, 0);
  await settle();
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  stream.destroy();
  await settle();
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  for (const { reply } of calls) reply(200);
  await settle();
  expect(replies).toEqual([]);
  expect(held()).toBe(0);
});

it('refuses what there is no room for and what is too long, and goes on', async () => {
  const { calls, replies, send, held, settle } = world({ room: LIMITS.bytes });
  await send(1, FRAME.onion, LIMITS.bytes + 1);
  await settle();
  await send(2, FRAME.onion, LIMITS.bytes);
  await settle();
  await send(3, FRAME.storage, 200_000);
  await settle();
  expect(calls.map(({ body }) => body.length)).toEqual([LIMITS.bytes]);
  calls[0]?.reply(200);
  await settle();
  await send(4, FRAME.storage, 200_000);
  await settle();
  expect(replies).toEqual([
    [1, 413],
    [3, 503],
    [2, 200],
  ]);
  expect(held()).toBe(200_000);
});

it('reads nothing further of whoever reads no answers', async () => {
  const { stream, calls, replies, send, read, settle } = world({ room: LIMITS.requests });
  read(false);
  await Promise.all(Array.from({ length: LIMITS.requests }, (_, id) => send(id, FRAME.onion, 1)));
  await settle();
  for (const { reply } of calls) reply(200);
  await settle();
  expect([stream.isPaused(), replies.length]).toEqual([false, 0]);
  const refused = 2 * LIMITS.requests;
  await Promise.all(
    Array.from({ length: refused }, (_, id) => send(1_000 + id, FRAME.onion, LIMITS.requests + 1)),
  );
  await settle();
  expect([stream.isPaused(), replies.length]).toEqual([true, 0]);
  read(true);
  await settle();
  expect([stream.isPaused(), replies.length]).toEqual([false, LIMITS.requests + refused]);
});

it('takes so many at once and no more', async () => {
  const { calls, replies, send, settle } = world();
  await Promise.all(Array.from({ length: LIMITS.requests }, (_, id) => send(id, FRAME.onion, 1)));
  await settle();
  await send(LIMITS.requests, FRAME.storage, 1);
  await settle();
  expect(calls).toHaveLength(LIMITS.requests);
  expect(replies).toEqual([[LIMITS.requests, 503]]);
});

it('ends for whoever breaks its rules: a kind that there is none of, or a number in use', async () => {
  for (const breach of [FRAME.reply, 77]) {
    const { stream, calls, send, settle } = world();
    await send(1, breach, 1);
    await settle();
    expect([stream.destroyed, calls.length]).toEqual([true, 0]);
  }
  const { stream, send, settle } = world();
  await send(1, FRAME.onion, 1);
  await settle();
  await send(1, FRAME.onion, 1);
  await settle();
  expect(stream.destroyed).toBe(true);
});
