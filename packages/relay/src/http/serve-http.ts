import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Bytes, concatBytes } from '@sotto/bytes';
import { HEADER, type Headers, MAX_FRAME_BYTES, MAX_HEADER_BYTES, MAX_HEADERS, PATH } from '@sotto/protocol';
import { WebSocketServer } from 'ws';
import { MAX_SOCKETS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { serveSocket } from '../socket/serve-socket.ts';
import { authenticate } from './authenticate.ts';
import { type Caller, type Reply, reply } from './call.ts';
import { answer } from './router.ts';

/** Node's limits on a request line with its headers; the rest is checked per header. */
export const HTTP_LIMITS = {
  maxHeaderSize: 2 * MAX_HEADER_BYTES,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 30_000,
} as const;

/** The part of an HTTP(S) server that is ours: plain requests, upgrades, and an orderly end. */
export interface HttpService {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Bytes that are no HTTP, or headers that are too long. */
  unreadable(error: Error, stream: Duplex): void;
  /** Refuse new work and wait for what is being answered. Sockets are closed with 1001, "going away". */
  drain(): Promise<void>;
  /** Cut what is left. */
  cut(): void;
}

const GOING_AWAY = 1001;

/** An honest client that misjudges a limit does not misjudge it by more. */
const MAX_DROPPED = 8 * MAX_FRAME_BYTES;

export function createHttpService(context: RelayContext): HttpService {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  sockets.on('headers', (lines) => lines.push(`X-Signal-Timestamp: ${context.now()}`));
  const serving = new Set<{ idle(): Promise<void> }>();
  const requests = new Set<Promise<void>>();
  let draining = false;

  return {
    request: (request, response) => {
      const done = serveRequest(context, request, response, draining)
        .catch((error: unknown) => {
          context.events.failed(error);
          response.destroy();
        })
        .finally(() => requests.delete(done));
      requests.add(done);
    },

    upgrade: (request, stream, head) => {
      stream.on('error', () => stream.destroy());
      const decision = decideUpgrade(context, request, draining || sockets.clients.size >= MAX_SOCKETS);
      if (typeof decision === 'number') {
        context.events.count('socket-refused');
        endWith(stream, decision, context.now());
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const served = serveSocket(context, { socket, ...decision });
        serving.add(served);
        socket.on('close', () => serving.delete(served));
      });
    },

    unreadable: (error, stream) => {
      const overflow = (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW';
      if (stream.writable) endWith(stream, overflow ? 431 : 400, context.now());
      else stream.destroy();
    },

    drain: async () => {
      draining = true;
      await Promise.all([...requests, ...[...serving].map((socket) => socket.idle())]);
      for (const socket of sockets.clients) socket.close(GOING_AWAY);
    },

    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
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

function endWith(stream: Duplex, status: number, now: number): void {
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nX-Signal-Timestamp: ${now}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

async function serveRequest(
  context: RelayContext,
  request: IncomingMessage,
  response: ServerResponse,
  draining: boolean,
): Promise<void> {
  const headers = headersOf(request);
  const body = headers === undefined || draining ? undefined : await readBody(request);
  const answered =
    headers === undefined || body === undefined
      ? reply(draining ? 503 : headers === undefined ? 400 : 413)
      : await answer(context, { verb: request.method ?? '', path: request.url ?? '', headers, body });
  respond(context, request, response, answered);
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

/**
 * Undefined when it is too long. The rest is read and dropped, since a client that is cut off while it
 * writes never sees the answer; beyond `MAX_DROPPED` it is cut off all the same.
 */
async function readBody(request: IncomingMessage): Promise<Bytes | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_DROPPED) return undefined;
    if (length <= MAX_FRAME_BYTES) parts.push(part);
    else parts.length = 0;
  }
  return length > MAX_FRAME_BYTES ? undefined : concatBytes(...parts);
}
