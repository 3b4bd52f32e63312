import type { Socket } from 'node:net';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { GuardReply, GuardRequest } from '@sotto/transport-onion';
import { Pool } from 'undici';
import { KEEP_ALIVE } from './guard-frames.ts';

/** A long poll holds a connection for 20 s: room for eight of them and for as many requests beside them. */
const CONNECTIONS_PER_GUARD = 16;

/** What the original network's clients say of themselves (reference: session-protocol §2.1): all look alike. */
const HEADERS = { 'user-agent': 'WhatsApp', 'accept-language': 'en-us' } as const;

type Failure = Extract<GuardReply, { outcome: 'unreachable' }>['reason'];

/**
 * Requests to a guard that speaks HTTP/1.1 alone, as original nodes do: each over a connection of its own, which is
 * kept for those after it. The pool asks for connections; where they go is decided by `connect` and nowhere else.
 */
export class GuardHttp {
  readonly #pool: Pool;

  /** `connect` resolves with `undefined` when there is no connection to be had. */
  constructor(authority: string, connect: () => Promise<Socket | undefined>) {
    this.#pool = new Pool(`https://${authority}`, {
      connections: CONNECTIONS_PER_GUARD,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: KEEP_ALIVE,
      // `ask` has one limit for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, callback) => {
        connect().then(
          (stream) => (stream ? callback(null, stream) : callback(new Error('no connection'), null)),
          (error: unknown) => callback(error as Error, null),
        );
      },
    });
  }

  /** `timeout`: what is left of the request's. Never rejects. */
  ask(request: GuardRequest, timeout: number): Promise<GuardReply> {
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
      const timer = setTimeout(() => give('timeout'), timeout);
      const abandon = () => give('aborted');
      request.signal?.addEventListener('abort', abandon);
      if (request.signal?.aborted) abandon();
      exchange(this.#pool, request, abort.signal).then(
        (reply) => (reply === undefined ? give('too-large') : settle(reply)),
        // Broken off, or no HTTP.
        () => settle(unreachable('no-connection')),
      );
    });
  }

  close(): void {
    void this.#pool.destroy();
  }
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
