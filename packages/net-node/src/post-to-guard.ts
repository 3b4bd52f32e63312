import { isIP } from 'node:net';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { GuardReply, GuardRequest, PostToGuard } from '@sotto/transport-onion';
import { Pool } from 'undici';
import { secure } from './connect.ts';
import { checkWay, dial, type Way } from './dial.ts';
import { NetError } from './errors.ts';

/** A long poll holds a connection for 20 s: room for eight of them and for as many requests beside them. */
const CONNECTIONS_PER_GUARD = 16;

/** Requests to one guard that are being answered or wait for a connection; more is a bug of ours. */
const MAX_REQUESTS_PER_GUARD = 128;

/** A client has two guards and tries a few more; connections to the one unused for longest are given up. */
const MAX_GUARDS = 12;

/** TCP, proxy and TLS together, milliseconds. A guard that takes longer would make a bad path. */
const CONNECT_TIMEOUT = 10_000;

/** Idle connections are kept for as long, unless the guard says that it keeps them for less. Milliseconds. */
const KEEP_ALIVE = 60_000;

/** What the original network's clients say of themselves (reference: session-protocol §2.1): all look alike. */
const HEADERS = { 'user-agent': 'WhatsApp', 'accept-language': 'en-us' } as const;

interface Guard {
  readonly pool: Pool;
  requests: number;
}

type Failure = Extract<GuardReply, { outcome: 'unreachable' }>['reason'];

/**
 * The onion road's network on Node: HTTP/1.1 over TLS, connections kept between requests. No
 * certificate is verified, since nodes show self-signed ones and the onion layers prove the guard's
 * key; no redirect is followed; nothing is ever sent twice, because a guard refuses what it has seen.
 *
 * Throws NetError `bad-source`; a request that names no guard rejects with `bad-guard`.
 */
export function postToGuard(options: Way = {}): PostToGuard {
  const way = checkWay(options);
  const guards = new Map<string, Guard>();

  function guardOf({ ip, port }: GuardRequest): Guard {
    const name = `${ip}:${port}`;
    const guard = guards.get(name) ?? { pool: openPool(ip, port, way), requests: 0 };
    // The order of the map is that of the last use.
    guards.delete(name);
    guards.set(name, guard);
    for (const [other, { pool, requests }] of guards) {
      if (guards.size <= MAX_GUARDS) break;
      if (requests > 0) continue;
      guards.delete(other);
      void pool.destroy();
    }
    return guard;
  }

  return async (request) => {
    check(request);
    const guard = guardOf(request);
    if (guard.requests >= MAX_REQUESTS_PER_GUARD) return unreachable('no-connection');
    guard.requests++;
    try {
      return await post(guard.pool, request);
    } finally {
      guard.requests--;
    }
  };
}

function check({ ip, port }: GuardRequest): void {
  if (isIP(ip) !== 4 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new NetError('bad-guard', 'a guard is an IPv4 address and a port');
  }
}

/** The pool asks for connections; where they go is decided here and nowhere else. */
function openPool(ip: string, port: number, way: Way): Pool {
  return new Pool(`https://${ip}:${port}`, {
    connections: CONNECTIONS_PER_GUARD,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE,
    // `post` has one limit for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_, callback) => {
      connectTo(ip, port, way).then(
        (stream) => (stream ? callback(null, stream) : callback(new Error('no connection'), null)),
        (error: unknown) => callback(error as Error, null),
      );
    },
  });
}

async function connectTo(ip: string, port: number, way: Way) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), CONNECT_TIMEOUT);
  try {
    const raw = await dial({ host: ip, port }, way, abort.signal);
    if (raw === undefined) return undefined;
    const target = { host: ip, port };
    const secured = await secure(raw, target, abort.signal, { rejectUnauthorized: false });
    return secured.outcome === 'connected' ? secured.stream : undefined;
  } finally {
    clearTimeout(timer);
  }
}

function post(pool: Pool, request: GuardRequest): Promise<GuardReply> {
  return new Promise((resolve) => {
    const abort = new AbortController();
    const settle = (reply: GuardReply) => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abandon);
      resolve(reply);
    };
    // Settled here and not by the pool, which hears of an abort only once it has a connection; then it
    // sends nothing.
    const give = (reason: Failure) => {
      settle(unreachable(reason));
      abort.abort();
    };
    const timer = setTimeout(() => give('timeout'), request.timeout);
    const abandon = () => give('aborted');
    request.signal?.addEventListener('abort', abandon);
    if (request.signal?.aborted) abandon();
    exchange(pool, request, abort.signal).then(
      (reply) => (reply === undefined ? give('too-large') : settle(reply)),
      // Broken off, or no HTTP.
      () => settle(unreachable('no-connection')),
    );
  });
}

/** `undefined` when the answer is too long; what is left of it must not be waited for. */
async function exchange(
  pool: Pool,
  { path, body: sent, maxReply }: GuardRequest,
  signal: AbortSignal,
): Promise<GuardReply | undefined> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path,
    headers: HEADERS,
    body: sent,
    signal,
  });
  const read = await readAtMost(body, maxReply);
  return read && { outcome: 'answered', status: statusCode, body: read };
}

/**
 * `undefined` when there is more. Grown by doubling: a list of the parts would cost far more than they
 * hold when each is one byte.
 */
async function readAtMost(body: AsyncIterable<Buffer>, most: number): Promise<Bytes | undefined> {
  let read = Buffer.alloc(0);
  let length = 0;
  for await (const part of body) {
    const end = length + part.length;
    if (end > most) return undefined;
    if (end > read.length) read = Buffer.concat([read], Math.min(most, 2 * end));
    part.copy(read, length);
    length = end;
  }
  return asBytes(read.subarray(0, length));
}

function unreachable(reason: Failure): GuardReply {
  return { outcome: 'unreachable', reason };
}
