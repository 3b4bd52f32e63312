import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import { Agent, request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { DatabaseError } from '@sotto/database';
import type { Leaving } from '@sotto/frames';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_STREAMS, READ_TIMEOUT } from '../constants.ts';
import { createCertificate, readCertificate } from '../data/certificate.ts';
import { type NodeKeys, writeNode } from '../data/node-keys.ts';
import { createEvents } from '../events.ts';
import type { Asked } from './asked.ts';
import { FreshPlaces } from './fresh-places.ts';
import { NodeServer } from './listen.ts';
import { type HttpReply, textReply } from './reply.ts';
import { createHttpService, type HttpService } from './serve-http.ts';

/** The one port, with routes that the tests choose. */

let folder: string;
let server: NodeServer;
let service: HttpService;
let port: number;
let keys: NodeKeys;
let answer: (asked: Asked) => Promise<HttpReply>;
const events = createEvents(() => undefined);
/** As it says, however busy this machine is. */
const lag = { isBehind: false, close: () => undefined };
/** Frozen while it is set: nothing comes back into a bucket. */
let frozen: number | undefined;

/** Whether everything for the storage is nearly nothing to do. */
let light = false;

const routes = {
  onion: (asked: Asked) => answer(asked),
  storage: (asked: Asked) => answer(asked),
  seed: (asked: Asked) => answer(asked),
  isLight: () => light,
  isLink: () => false,
  published: () => undefined,
  link: () => undefined,
};
const context = () => ({ events, keys, now: () => frozen ?? Date.now() });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-http-'));
  await createCertificate(folder);
  keys = writeNode(folder, { ip: '127.0.0.1', httpsPort: 1, omqPort: 0 });
  service = createHttpService(context(), routes, { lag });
  server = new NodeServer({ service, certificate: readCertificate(folder), isNode: () => false });
  port = await server.listen('127.0.0.1', 0, () => undefined);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server of its own beside the common one, with what a test changes. */
async function serverWith(options: Parameters<typeof createHttpService>[2]) {
  const own = createHttpService(context(), routes, options);
  const other = new NodeServer({
    service: own,
    certificate: readCertificate(folder),
    isNode: () => false,
  });
  return { own, other, at: await other.listen('127.0.0.1', 0, () => undefined) };
}

function post(signal?: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = requestHttps(
      {
        ...{ host: '127.0.0.1', port, path: '/onion_req/v2', method: 'POST', rejectUnauthorized: false },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    call.end('x');
  });
}

function postOver(agent: Agent): Promise<{ readonly status: number; readonly again: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = requestHttps(
      { host: '127.0.0.1', port, path: '/onion_req/v2', method: 'POST', agent },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, again: response.headers['retry-after'] }),
        );
      },
    );
    call.on('error', reject);
    call.end('x');
  });
}

function connectFrom(localAddress: string, { at = port, settings = {} } = {}): ClientHttp2Session {
  const tls = { host: '127.0.0.1', port: at, localAddress, rejectUnauthorized: false };
  const createConnection = () => connectTls({ ...tls, ALPNProtocols: ['h2'] });
  return connectHttp2(`https://127.0.0.1:${at}`, { createConnection, settings });
}

/** HTTP/2 connections from somewhere, and the statuses of so many requests over them. */
async function ask(from: string, times: number, path = '/onion_req/v2'): Promise<number[]> {
  const shares = Array.from({ length: Math.ceil(times / MAX_STREAMS) }, (_, index) =>
    askOver(from, Math.min(MAX_STREAMS, times - index * MAX_STREAMS), path),
  );
  return (await Promise.all(shares)).flat();
}

async function askOver(from: string, times: number, path: string, at = port): Promise<number[]> {
  const session = connectFrom(from, { at });
  const one = () =>
    new Promise<number>((resolve, reject) => {
      const stream = session.request({ ':method': 'POST', ':path': path });
      stream.on('response', (headers) => resolve(headers[':status'] ?? 0));
      stream.on('error', reject);
      stream.resume();
      stream.end('x');
    });
  const statuses = await Promise.all(Array.from({ length: times }, one));
  session.close();
  return statuses;
}

/** Routes that answer nothing until they are told to, and what they were asked. */
function pending(): { readonly asked: Promise<Asked>; readonly reply: (reply: HttpReply) => void } {
  let took: (asked: Asked) => void;
  let reply: (reply: HttpReply) => void = () => undefined;
  const asked = new Promise<Asked>((resolve) => {
    took = resolve;
  });
  const replied = new Promise<HttpReply>((resolve) => {
    reply = resolve;
  });
  answer = (one) => {
    took(one);
    return replied;
  };
  return { asked, reply };
}

/** Routes that answer nothing until all are released; `begun` waits until so many requests have come to them. */
function holdAll(): { begun(count: number): Promise<void>; readonly release: () => void } {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let under = 0;
  answer = async () => {
    under += 1;
    await gate;
    return textReply(200, 'done');
  };
  const begun = (count: number): Promise<void> => vi.waitFor(() => expect(under).toBe(count), 10_000);
  return { begun, release };
}

async function until(condition: () => boolean): Promise<undefined> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function aborted(signal: Leaving): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

describe('a request whose sender goes away', () => {
  it('is told of it, over HTTP/1.1', async () => {
    const { asked, reply } = pending();
    const leaving = new AbortController();
    const posted = post(leaving.signal).catch(() => 'gone');
    const { signal } = await asked;
    leaving.abort();
    await aborted(signal);
    expect(await posted).toBe('gone');
    reply(textReply(200, 'too late'));
  });

  it('is told of it, over HTTP/2', async () => {
    const { asked, reply } = pending();
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const stream = session.request({ ':method': 'POST', ':path': '/onion_req/v2' });
    stream.on('error', () => undefined);
    stream.end('x');
    const { signal } = await asked;
    stream.close(8);
    await aborted(signal);
    session.destroy();
    reply(textReply(200, 'too late'));
  });
});

describe('requests that were sent one behind the other over HTTP/1.1', () => {
  const three = 'POST /onion_req/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx'.repeat(3);

  it('are all told when their sender goes away', async () => {
    const signals: Leaving[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    answer = async ({ signal }) => {
      signals.push(signal);
      await gate;
      return textReply(200, 'too late');
    };
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.write(three);
    await vi.waitFor(() => expect(signals).toHaveLength(3), 10_000);
    socket.destroy();
    await Promise.all(signals.map(aborted));
    release();
  });

  it('leave nothing under way when they were answered behind one that was not', async () => {
    const { own, other, at } = await serverWith({ lag });
    let came = 0;
    answer = async ({ signal }) => {
      came += 1;
      if (came === 1) await aborted(signal);
      return textReply(200, 'done');
    };
    const socket = connectTls({ host: '127.0.0.1', port: at, rejectUnauthorized: false });
    socket.write(three);
    await vi.waitFor(() => expect(came).toBe(3), 10_000);
    socket.destroy();
    await own.drain();
    await other.close();
  });
});

describe('a body that is refused before it has come', () => {
  it('is told why, though its sender writes on before it reads that', async () => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    const ended = new Promise<string>((resolve) => {
      let heard = '';
      socket.pause();
      socket.on('data', (part) => {
        heard += String(part);
      });
      socket.once('error', ({ message }) => resolve(message));
      socket.once('end', () => resolve(heard));
    });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const rest = MAX_REQUEST_BYTES + 1;
    socket.write(`POST /storage_rpc/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: ${rest}\r\n\r\n`);
    for (let sent = 0; sent < 5; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.write(Buffer.alloc(1024));
    }
    socket.resume();
    expect(await ended).toMatch(/^HTTP\/1\.1 413 [\s\S]*Request body too large$/);
  });

  it('ends with its connection, whether its sender ever stops or not', async () => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.on('error', () => undefined);
    socket.resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /storage_rpc/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n');
    const sending = setInterval(() => socket.write('x'), 10);
    await closed;
    clearInterval(sending);
  });
});

describe('a refusal by somebody behind this node', () => {
  it('counts among what is held in memory until it is read', async () => {
    let asked: Asked | undefined;
    answer = async (one) => {
      asked = one;
      return textReply(503, 'theirs');
    };
    const session = connectFrom('127.0.0.16', { settings: { initialWindowSize: 0 } });
    const stream = session.request({ ':method': 'POST', ':path': '/onion_req/v2' });
    stream.end('x');
    await new Promise((resolve) => stream.once('response', resolve));
    expect(asked?.hold(1)).toBe(true);
    stream.resume();
    session.destroy();
  });
});

describe('a route that fails', () => {
  it('is 503 when there is too much to write, 500 otherwise, and says nothing of why', async () => {
    answer = () => Promise.reject(new DatabaseError('overloaded', 'too many writes are waiting'));
    expect(await post()).toBe(503);
    answer = () => Promise.reject(new Error('secret'));
    expect(await post()).toBe(500);
    expect(events.totals()).toMatchObject({ overloaded: 1, 'internal-error': 1 });
  });
});

describe('one address', () => {
  it('makes so many onion requests at once, and is told 429 for more, as others are not', async () => {
    answer = async () => textReply(200, 'done');
    frozen = Date.now();
    try {
      const statuses = [...(await ask('127.0.0.2', 200)), ...(await ask('127.0.0.2', 200))];
      statuses.push(...(await ask('127.0.0.2', 201)));
      expect(statuses.filter((status) => status === 429)).toHaveLength(1);
      expect(await ask('127.0.0.2', 1, '/storage_rpc/v1')).toEqual([200]);
      expect(await ask('127.0.0.3', 1)).toEqual([200]);
      expect(events.totals()['rate-limited']).toBe(1);
    } finally {
      frozen = undefined;
    }
  });

  it('has so many onion requests open and no more, as others may', async () => {
    const { reply } = pending();
    const open = ask('127.0.0.4', 300);
    const refused = (await Promise.race([open, until(() => events.totals()['rate-limited'] === 45)])) ?? [];
    expect(refused).toEqual([]);
    const other = ask('127.0.0.5', 1);
    reply(textReply(200, 'done'));
    expect((await open).filter((status) => status === 200)).toHaveLength(256);
    expect(await other).toEqual([200]);
    expect(await ask('127.0.0.4', 1)).toEqual([200]);
  });

  it('asks a seed as often as it may call the storage, both together', async () => {
    answer = async () => textReply(200, 'done');
    frozen = Date.now();
    try {
      const statuses = [...(await ask('127.0.0.20', 200, '/json_rpc'))];
      statuses.push(...(await ask('127.0.0.20', 200, '/json_rpc')));
      statuses.push(...(await ask('127.0.0.20', 200, '/storage_rpc/v1')));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(await ask('127.0.0.20', 1, '/json_rpc')).toEqual([429]);
      expect(await ask('127.0.0.20', 1, '/storage_rpc/v1')).toEqual([429]);
      expect(await ask('127.0.0.20', 1)).toEqual([200]);
    } finally {
      frozen = undefined;
    }
  });
});

describe('a guard that is behind with its work', () => {
  it('tells clients to come again with their onion requests, and does all else', async () => {
    answer = async () => textReply(200, 'done');
    lag.isBehind = true;
    try {
      expect(await ask('127.0.0.6', 2)).toEqual([429, 429]);
      expect(await ask('127.0.0.6', 1, '/storage_rpc/v1')).toEqual([200]);
    } finally {
      lag.isBehind = false;
    }
    expect(await ask('127.0.0.6', 1)).toEqual([200]);
  });
});

describe('onion requests that come at once', () => {
  it('leave room at their guard for another address, and one beyond that is told to come again', async () => {
    const freshOnions = new FreshPlaces(8, 60_000);
    const { other: guard, at } = await serverWith({ lag, freshOnions });
    const { begun, release } = holdAll();
    const held = askOver('127.0.0.12', 4, '/onion_req/v2', at);
    await begun(4);
    expect(await askOver('127.0.0.12', 1, '/onion_req/v2', at)).toEqual([429]);
    const other = askOver('127.0.0.13', 1, '/onion_req/v2', at);
    await begun(5);
    release();
    expect([...(await held), ...(await other)]).toEqual([200, 200, 200, 200, 200]);
    await guard.close();
  });
});

describe('requests to the storage that come at once', () => {
  it('are told to come again when there are more than are done in a second', async () => {
    const freshCalls = new FreshPlaces(8, 60_000);
    const { other: busy, at } = await serverWith({ lag, freshCalls });
    const { begun, release } = holdAll();
    const held = askOver('127.0.0.14', 4, '/storage_rpc/v1', at);
    await begun(4);
    expect(await askOver('127.0.0.14', 1, '/storage_rpc/v1', at)).toEqual([503]);
    light = true;
    const lives = askOver('127.0.0.14', 1, '/storage_rpc/v1', at);
    await begun(5);
    light = false;
    const others = [
      askOver('127.0.0.15', 1, '/storage_rpc/v1', at),
      askOver('127.0.0.14', 1, '/onion_req/v2', at),
    ];
    await begun(7);
    release();
    expect((await Promise.all([held, lives, ...others])).flat()).toEqual(Array(7).fill(200));
    await busy.close();
  });
});

describe('a client that does not wait as it was told', () => {
  it('is answered when that time has come, over its one connection of HTTP/1.1', async () => {
    lag.isBehind = true;
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    try {
      const begun = performance.now();
      const first = await postOver(agent);
      const second = await postOver(agent);
      const seconds = (performance.now() - begun) / 1000;
      expect([first.status, second.status]).toEqual([429, 429]);
      expect(seconds).toBeGreaterThanOrEqual(Number(first.again) - 0.005);
      expect(['1', '2', '3']).toContain(second.again);
    } finally {
      lag.isBehind = false;
      agent.destroy();
    }
  });
});

describe('clients that hold many connections', () => {
  it('have half of all requests open at most, and are told 503 without a body for more', async () => {
    const places = 40;
    const { other, at } = await serverWith({ underWay: places });
    const { asked, reply } = pending();
    const session = connectFrom('127.0.0.10', { at });
    const open = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':method': 'POST', ':path': '/storage_rpc/v1' });
        let length = 0;
        stream.on('error', reject);
        stream.on('data', (part: Buffer) => {
          length += part.length;
        });
        stream.on('response', (headers) => {
          stream.on('end', () => resolve(`${headers[':status']} ${headers['retry-after']} ${length}`));
        });
        stream.end('x');
      });
    const held = Array.from({ length: places / 2 }, open);
    await asked;
    expect(await open()).toMatch(/^503 [123] 0$/);
    reply(textReply(200, 'done'));
    expect(await Promise.all(held)).toEqual(held.map(() => '200 undefined 4'));
    expect(await open()).toBe('200 undefined 4');
    session.destroy();
    await other.close();
  });
});

describe('an answer that nobody reads', () => {
  it('is broken off in the end, over HTTP/2 too, and frees what it held', async () => {
    answer = async () => textReply(200, 'not read');
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const session = connectFrom('127.0.0.12', { settings: { initialWindowSize: 0 } });
    const stream = session.request({ ':method': 'POST', ':path': '/onion_req/v2' });
    stream.on('error', () => undefined);
    stream.end('x');
    await new Promise((resolve) => stream.once('response', resolve));
    const late = timers.mock.calls.find(([, milliseconds]) => milliseconds === READ_TIMEOUT)?.[0];
    timers.mockRestore();
    const broken = new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode)));
    stream.resume();
    (late as () => void)();
    expect(await broken).toBe(constants.NGHTTP2_CANCEL);
    session.destroy();
  });
});

describe('an end', () => {
  it('refuses what comes, and waits for what has begun', async () => {
    const { asked, reply } = pending();
    const begun = post();
    await asked;
    const drained = service.drain();
    expect(await post()).toBe(503);
    reply(textReply(200, 'done'));
    expect(await begun).toBe(200);
    await drained;
  });
});
