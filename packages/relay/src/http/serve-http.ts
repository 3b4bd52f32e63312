import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ByteBudget } from '@sotto/limits';
import { CLOSE, HEADER, MAX_FRAME_BYTES, MAX_HEADER_BYTES } from '@sotto/protocol';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { MAX_BODY_BYTES, MAX_CHUNKS, MAX_FRAGMENTS, MAX_SOCKETS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { boundSockets } from '../socket/bound-sockets.ts';
import { type ChatService, serveSocket } from '../socket/serve-socket.ts';
import { decideUpgrade } from './decide-upgrade.ts';
import { endWith, statusFor } from './refuse-stream.ts';
import { serveRequest } from './serve-request.ts';

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
  /** Chat sockets that are open. */
  readonly sockets: number;
  /** New work is refused. */
  readonly draining: boolean;
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  /** Bytes that are no HTTP, headers that are too long or do not come, a handshake that failed. */
  unreadable(error: Error, stream: Duplex): void;
  /** Refuse new work and wait for what is being answered. Sockets are closed with 1001, "going away". */
  drain(): Promise<void>;
  /** Cut what is left. */
  cut(): void;
}

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
  const alerts = new WeakMap<IncomingMessage, readonly string[]>();
  sockets.on('headers', (lines, request) => {
    lines.push(`X-Signal-Timestamp: ${context.now()}`);
    for (const alert of alerts.get(request) ?? []) lines.push(`X-Signal-Alert: ${alert}`);
  });
  const serving = new Set<ChatService>();
  const requests = new Set<Promise<void>>();
  const addressFor = ({ socket, headers }: IncomingMessage): string =>
    context.addresses.of(socket, headers[HEADER.forwardedFor]?.toString());
  const bodies = new ByteBudget(MAX_BODY_BYTES);
  const stopBounding = boundSockets(serving, context.events);
  let draining = false;
  /** Sockets that are being decided about. */
  let upgrading = 0;

  return {
    get sockets() {
      return sockets.clients.size;
    },

    get draining() {
      return draining;
    },

    request: (request, response) => {
      const from = addressFor(request);
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

    upgrade: async (request, stream, head) => {
      stream.on('error', destroyStream);
      const full = draining || sockets.clients.size + upgrading >= MAX_SOCKETS;
      upgrading++;
      const decided = await decideUpgrade(context, request, full);
      upgrading--;
      const decision = draining ? 503 : decided;
      if (typeof decision === 'number') {
        context.events.count('socket-refused');
        endWith(stream, decision, context.now());
        return;
      }
      alerts.set(request, decision.alerts ?? []);
      sockets.handleUpgrade(request, stream, head, (socket) => {
        const served = serveSocket(context, {
          socket,
          stream: request.socket,
          from: addressFor(request),
          ...decision,
        });
        keepUntilClosed(serving, served, socket);
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
      context.waiters.endAll();
      stopBounding();
      await Promise.all([...requests, ...[...serving].map((socket) => socket.drain(CLOSE.goingAway))]);
    },

    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/*
 * Listeners that live as long as a chat socket are made out here: a closure made where the request is known would keep
 * it, and with it the password of the device.
 */

function destroyStream(this: Duplex): void {
  this.destroy();
}

function keepUntilClosed(serving: Set<ChatService>, served: ChatService, socket: WebSocket): void {
  serving.add(served);
  socket.on('close', () => serving.delete(served));
}
