import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import { addressOf, ByteBudget, type ByteShare, clientAt } from '@sotto/limits';
import {
  HEADER,
  type Headers,
  MAX_FRAME_BYTES,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  PATH,
  SERVER_TARGET,
} from '@sotto/protocol';
import { type ServerOptions, WebSocketServer } from 'ws';
import {
  MAX_BODY_BYTES,
  MAX_CHUNKS,
  MAX_FRAGMENTS,
  MAX_ONION_REQUEST_BYTES,
  MAX_SOCKETS,
  RETRY_WHEN_BUSY_SECONDS,
} from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { answerOnionRequest } from '../onion/answer-onion-request.ts';
import { boundSockets } from '../socket/bound-sockets.ts';
import { type ChatService, serveSocket } from '../socket/serve-socket.ts';
import { authenticate } from './authenticate.ts';
import { busyReply, type Caller, type Reply, reply } from './call.ts';
import { readBody } from './read-body.ts';
import { answer } from './router.ts';

/** Node's limits on a request line with its headers; the rest is checked per header. */
export const HTTP_LIMITS = {
  maxHeaderSize: 2 * MAX_HEADER_BYTES,
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  keepAliveTimeout: 30_000,
  // How often the two above are looked at: by itself it would be half a minute.
  connectionsCheckingInterval: 2_500,
} as const;

/** The part of an HTTP(S) server that is ours: plain requests, upgrades, and an orderly end. */
export interface HttpService {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Bytes that are no HTTP, headers that are too long or do not come, a handshake that failed. */
  unreadable(error: Error, stream: Duplex): void;
  /** Refuse new work and wait for what is being answered. Sockets are closed with 1001, "going away". */
  drain(): Promise<void>;
  /** Cut what is left. */
  cut(): void;
}

const GOING_AWAY = 1001;

/** The last two are younger than the library's types. */
const SOCKET_LIMITS: ServerOptions & {
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
} = {
  noServer: true,
  clientTracking: true,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_CHUNKS,
};

export function createHttpService(context: RelayContext): HttpService {
  const sockets = new WebSocketServer(SOCKET_LIMITS);
  sockets.on('headers', (lines) => lines.push(`X-Signal-Timestamp: ${context.now()}`));
  const serving = new Set<ChatService>();
  const requests = new Set<Promise<void>>();
  const bodies = new ByteBudget(MAX_BODY_BYTES);
  const stopBounding = boundSockets(serving, context.events);
  let draining = false;

  return {
    request: (request, response) => {
      const from = addressOf(request.socket);
      const share = bodies.open(from);
      const done = serveRequest(context, request, response, { draining, from, share })
        .catch((error: unknown) => {
          // Who hangs up in the middle of a request is no failure of ours, and hears no answer.
          const hungUp = request.destroyed && !request.complete;
          if (!hungUp) context.events.failed(error);
          response.destroy();
        })
        .finally(() => {
          share.release();
          requests.delete(done);
        });
      requests.add(done);
    },

    upgrade: (request, stream, head) => {
      stream.on('error', () => stream.destroy());
      const full = draining || sockets.clients.size >= MAX_SOCKETS;
      const decision = decideSafely(context, request, full);
      if (typeof decision === 'number') {
        context.events.count('socket-refused');
        endWith(stream, decision, context.now());
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const served = serveSocket(context, {
          socket,
          stream: request.socket,
          from: addressOf(request.socket),
          ...decision,
        });
        serving.add(served);
        socket.on('close', () => serving.delete(served));
      });
    },

    unreadable: (error, stream) => {
      const status = statusFor(error);
      // Without a handshake there is nobody to tell, and what is written would never leave.
      if (status === undefined || !stream.writable) stream.destroy();
      else endWith(stream, status, context.now());
    },

    drain: async () => {
      draining = true;
      stopBounding();
      await Promise.all([...requests, ...[...serving].map((socket) => socket.drain(GOING_AWAY))]);
    },

    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** What somebody is told whose bytes are no request; undefined when TLS has failed before there was any. */
function statusFor(error: Error): number | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code.startsWith('HPE_') ? 400 : undefined;
}

/** An upgrade is an event: what is thrown there would end the relay. */
function decideSafely(...question: Parameters<typeof decideUpgrade>): ReturnType<typeof decideUpgrade> {
  try {
    return decideUpgrade(...question);
  } catch (error) {
    question[0].events.failed(error);
    return 500;
  }
}

/** A status to refuse with, or what the socket will be (signal-service §1.1). */
function decideUpgrade(
  context: RelayContext,
  request: IncomingMessage,
  full: boolean,
): number | { readonly caller?: Caller; readonly delivers: boolean } {
  const path = (request.url ?? '').split('?')[0];
  if (path !== PATH.socket && `${path}/` !== PATH.socket) return 404;
  if (full) return 503;
  const header = request.headers.authorization;
  if (header === undefined) return { delivers: false };
  const caller = authenticate(context.store, header);
  if (caller === undefined) return 403;
  return { caller, delivers: request.headers[HEADER.disableMessages] !== 'true' };
}

/** Who is turned away for want of room is told when to come again. */
function endWith(stream: Duplex, status: number, now: number): void {
  const again = status === 503 ? `Retry-After: ${RETRY_WHEN_BUSY_SECONDS.most}\r\n` : '';
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nX-Signal-Timestamp: ${now}\r\n${again}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

interface Serving {
  readonly draining: boolean;
  readonly from: string;
  readonly share: ByteShare;
}

async function serveRequest(
  context: RelayContext,
  request: IncomingMessage,
  response: ServerResponse,
  { draining, from, share }: Serving,
): Promise<void> {
  const headers = headersOf(request);
  const most = request.url === SERVER_TARGET ? MAX_ONION_REQUEST_BYTES : MAX_FRAME_BYTES;
  let answered: Reply;
  if (headers === undefined) answered = reply(400);
  else if (draining) answered = busyReply(503);
  else {
    const body = await readBody(request, most, share);
    answered = 'status' in body ? body : await answerInTurn(context, request, { headers, body, from });
  }
  respond(context, request, response, answered);
}

/** When there is a place for it among those that are being answered. */
async function answerInTurn(
  context: RelayContext,
  { method: verb = '', url: path = '' }: IncomingMessage,
  { headers, body, from }: { readonly headers: Headers; readonly body: Bytes; readonly from: string },
): Promise<Reply> {
  if (!context.underWay.take(clientAt(from))) {
    context.events.count('overloaded');
    return busyReply();
  }
  try {
    if (path !== SERVER_TARGET) return await answer(context, { verb, path, headers, body });
    return verb === 'POST' ? await answerOnionRequest(context, body) : reply(405);
  } finally {
    context.underWay.giveBack(from);
  }
}

function respond(
  context: RelayContext,
  request: IncomingMessage,
  response: ServerResponse,
  answered: Reply,
): void {
  const { status, headers, body } = answered;
  // A body that was not read would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.setHeader(HEADER.timestamp, String(context.now()));
  for (const [name, value] of headers) response.setHeader(name, value);
  if (status !== 204) response.setHeader('Content-Length', body?.length ?? 0);
  response.writeHead(status);
  response.end(body);
}

function headersOf({ headers }: IncomingMessage): Headers | undefined {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) return undefined;
  return new Map(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
}
