import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_NAMES, type Handlers, LocalApiError } from '@sotto/local-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectOwner } from '../src/connect-owner.ts';
import { Connections } from '../src/connections.ts';
import { type Listening, listen } from '../src/listen.ts';
import { socketChannel } from '../src/socket-channel.ts';

const STATUS = { account: 'ready', roads: [], queued: 0, requests: 0, record_pending: false } as const;

let dir: string;
let path: string;
let listening: Listening;
let connections: Connections;
let settle: () => void;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-socket-'));
  path = join(dir, 's.sock');
  const refuse = () => Promise.reject(new LocalApiError('not-supported', 'not in this test'));
  const handlers = {
    ...Object.fromEntries(COMMAND_NAMES.map((name) => [name, refuse])),
    status: async () => STATUS,
    'events.subscribe': async () => ({}),
    'inbox.settle': () =>
      new Promise((resolve) => {
        settle = () => resolve({});
      }),
  } as unknown as Handlers;
  connections = new Connections(handlers, () => undefined, { daemon: false, proxy: 'p' });
  listening = await listen(path, (socket) => connections.add(socketChannel(socket)));
});
afterEach(async () => {
  await listening.stop();
  await connections.finish(AbortSignal.abort());
  await rm(dir, { recursive: true, force: true });
});

/** Write bytes to the socket and return everything that comes back until it ends. */
function exchange(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('close', () => resolve(text));
    // A peer that hangs up on us while we write is an end like any other.
    socket.on('error', (error) => (/EPIPE|ECONNRESET/.test(String(error)) ? resolve(text) : reject(error)));
  });
}

async function owner() {
  const api = await connectOwner(path);
  if (api === undefined) throw new Error('nobody listens');
  return api;
}

describe('the socket of an owner', () => {
  it('greets and answers', async () => {
    const api = await owner();
    expect(await api.call('status', {})).toEqual(STATUS);
    api.close();
  });

  it('says whether it is a daemon or a command, and which way it dials', async () => {
    const seen: unknown[] = [];
    const api = await connectOwner(path, (welcome) => seen.push(welcome));
    expect(seen).toEqual([{ event: 'welcome', pid: process.pid, daemon: false, proxy: 'p' }]);
    api?.close();
  });

  it('is nobody where nobody listens, or where who listened was killed', async () => {
    expect(await connectOwner(join(dir, 'none.sock'))).toBeUndefined();
    await listening.stop();
    expect(await connectOwner(path)).toBeUndefined();
  });

  it('replaces a socket that is in the way', async () => {
    const second = await listen(path, (socket) => connections.add(socketChannel(socket)));
    const api = await owner();
    expect(await api.call('status', {})).toEqual(STATUS);
    api.close();
    await second.stop();
  });

  it('answers garbage with the greeting, one typed error and the end, and serves others on', async () => {
    const garbage = fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .map((bytes) => new Uint8Array([...bytes, 10]));
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        fc.pre(bytes.some((byte) => byte !== 10));
        const lines = (await exchange(bytes)).split('\n').filter((line) => line !== '');
        const [welcome, ...errors] = lines.map((line) => JSON.parse(line));
        expect(welcome).toMatchObject({ event: { event: 'welcome' } });
        expect(errors.length).toBeLessThanOrEqual(1);
        for (const error of errors) expect(error).toMatchObject({ id: null, error: { code: 'bad-frame' } });
      }),
      { numRuns: 40 },
    );
    const api = await owner();
    expect(await api.call('status', {})).toEqual(STATUS);
    api.close();
  });

  it('ends on a line without an end before it holds more than the limit', async () => {
    await exchange(new Uint8Array(4 * 1024 * 1024).fill(0x61));
    const api = await owner();
    expect(await api.call('status', {})).toEqual(STATUS);
    api.close();
  });

  it('when ending, waits for what was asked and sends idle listeners away', async () => {
    const [asking, idle, stubborn] = [await owner(), await owner(), await owner()];
    const events: string[] = [];
    idle.onEvent((event) => {
      events.push(event.event);
      idle.close();
    });
    const asked = asking.call('inbox.settle', {});
    await asking.call('status', {});
    await listening.stop();
    const finished = connections.finish(new AbortController().signal, 20);
    await Promise.all([idle.ended, stubborn.ended]);
    expect(events).toEqual(['closing']);
    expect(await connectOwner(path)).toBeUndefined();
    settle();
    expect(await asked).toEqual({});
    asking.close();
    await finished;
  });

  it('when told to end now, waits for nobody', async () => {
    const asking = await owner();
    const asked = asking.call('inbox.settle', {}).catch((error: unknown) => error);
    await asking.call('status', {});
    await connections.finish(AbortSignal.abort());
    expect(await asked).toMatchObject({ code: 'closed' });
  });
});
