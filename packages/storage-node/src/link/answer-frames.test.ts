import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Bytes } from '@sotto/bytes';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { expect, it } from 'vitest';
import { MAX_LINK_REQUESTS } from '../constants.ts';
import type { Leaving } from '../leaving.ts';
import { AnsweredFrames } from './answer-frames.ts';
import { FRAME } from './frame-kinds.ts';
import { type Part, PartReader, PartWriter } from './parts.ts';

interface Call {
  readonly path: string;
  readonly body: Bytes;
  readonly signal: Leaving;
  reply(status: number): void;
}

/** One end of a stream of frames that a test writes to, the answering end, and what it was asked. */
function world({ room = Number.POSITIVE_INFINITY } = {}) {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const stream = Object.assign(there, {
    write: back.write.bind(back),
    end: () => {
      back.end();
      return there;
    },
  }) as unknown as PassThrough;
  let held = 0;
  const calls: Call[] = [];
  const frames = new AnsweredFrames(stream, {
    answer: (path, body, { signal }) =>
      new Promise((resolve) =>
        calls.push({ path, body, signal, reply: (status) => resolve({ status, body: new Uint8Array() }) }),
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
  return { frames, stream, calls, replies, send, held: () => held, settle: () => rest() };
}

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round++) await turn();
}

it('answers in any order, each under its number, and gives back what it held', async () => {
  const { calls, replies, send, held, settle } = world();
  await Promise.all([send(7, FRAME.onion, 200_000), send(8, FRAME.storage, 3)]);
  await settle();
  expect(calls.map(({ path, body }) => [path.split('/').at(-1), body.length])).toEqual([
    ['storage', 3],
    ['onion', 200_000],
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
  const { calls, replies, send, held, settle } = world({ room: MAX_REQUEST_BYTES });
  await send(1, FRAME.onion, MAX_REQUEST_BYTES + 1);
  await settle();
  await send(2, FRAME.onion, MAX_REQUEST_BYTES);
  await settle();
  await send(3, FRAME.storage, 200_000);
  await settle();
  expect(calls.map(({ body }) => body.length)).toEqual([MAX_REQUEST_BYTES]);
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

it('takes so many at once and no more', async () => {
  const { calls, replies, send, settle } = world();
  await Promise.all(Array.from({ length: MAX_LINK_REQUESTS }, (_, id) => send(id, FRAME.onion, 1)));
  await settle();
  await send(MAX_LINK_REQUESTS, FRAME.storage, 1);
  await settle();
  expect(calls).toHaveLength(MAX_LINK_REQUESTS);
  expect(replies).toEqual([[MAX_LINK_REQUESTS, 503]]);
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
