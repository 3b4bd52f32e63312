import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { ByteBudget } from '@sotto/limits';
import { Transfers } from '../blobs/transfers.ts';
import { MAX_BODY_BYTES } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { isGrpcCall, serveCall } from '../grpc/serve-call.ts';
import { boundRequest } from '../http2/bound-stream.ts';
import { openSocket } from '../http2/open-socket.ts';
import { plainRequest } from '../http2/plain-request.ts';
import { createSessions, type OpenedStream } from '../http2/sessions.ts';
import { noteUnanswered } from '../http2/unanswered.ts';
import { ChatSockets } from '../socket/chat-sockets.ts';
import { clientOf } from './client-addresses.ts';
import { endWith, statusFor } from './refuse-stream.ts';
import { type Serving, serveRequest } from './serve-request.ts';

/** The part of an HTTP(S) server that is ours: plain requests, upgrades, HTTP/2, and an orderly end. */
export interface HttpService {
  /** Chat sockets that are open. */
  readonly sockets: number;
  /** Uploads and downloads. */
  readonly transfers: number;
  /** New work is refused. */
  readonly draining: boolean;
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
  /** A connection that has agreed on HTTP/2. */
  accept(socket: TLSSocket): void;
  /** Bytes that are no HTTP, headers that are too long or do not come, a handshake that failed. */
  unreadable(error: Error, stream: Duplex): void;
  /** Refuse new work and wait for what is being answered. Sockets are closed with 1001, "going away". */
  drain(): Promise<void>;
  /** Cut what is left. */
  cut(): void;
}

export function createHttpService(context: RelayContext): HttpService {
  const sockets = new ChatSockets(context);
  const requests = new Set<Promise<void>>();
  const transfers = context.blobs && new Transfers(context, context.blobs);
  const bodies = new ByteBudget(MAX_BODY_BYTES);
  let draining = false;

  /** One request, until it is answered or `failed` has said what becomes of it. */
  const begin = (
    from: string,
    serve: (serving: Serving) => Promise<void>,
    failed: (error: unknown) => void,
  ): void => {
    const share = bodies.open(from);
    const done = serve({ draining, from, share })
      .catch(failed)
      .finally(() => {
        share.release();
        requests.delete(done);
      });
    requests.add(done);
  };

  const request = (request: IncomingMessage, response: ServerResponse): void =>
    begin(
      clientOf(context, request),
      (serving) =>
        transfers?.serve({ request, response }, serving.from) ??
        serveRequest(context, request, response, serving),
      (error) => {
        // Who hangs up in the middle of a request is no failure of ours, and hears no answer.
        const hungUp = request.aborted || (request.destroyed && !request.complete);
        if (!hungUp) context.events.failed(error);
        response.destroy();
      },
    );

  const call = (opened: OpenedStream): void =>
    begin(
      clientOf(context, opened),
      (serving) => serveCall(context, opened, serving),
      (error) => {
        if (!opened.stream.aborted) context.events.failed(error);
        opened.stream.destroy();
      },
    );

  const sessions = createSessions((opened) => {
    if (opened.headers[':method'] === 'CONNECT') {
      openSocket(context, sockets, opened).catch((error: unknown) => {
        context.events.failed(error);
        opened.stream.destroy();
      });
      return;
    }
    if (transfers?.takes(opened.headers[':method'], opened.headers[':path']) !== true) boundRequest(opened);
    noteUnanswered(opened.stream);
    if (isGrpcCall(opened)) call(opened);
    else request(...plainRequest(opened));
  });

  return {
    get sockets() {
      return sockets.open;
    },

    get transfers() {
      return transfers?.running ?? 0;
    },

    get draining() {
      return draining;
    },

    request,

    upgrade: async (request, stream, head) => {
      stream.on('error', destroyStream);
      const decision = await sockets.decide(request);
      if (typeof decision === 'number') endWith(stream, decision, context.now());
      else sockets.upgrade(request, stream, head, decision);
    },

    accept: sessions.accept,

    unreadable: (error, stream) => {
      const status = statusFor(error);
      // Without a handshake there is nobody to tell, and what is written would never leave.
      if (status === undefined || !stream.writable) stream.destroy();
      else endWith(stream, status, context.now());
    },

    drain: async () => {
      draining = true;
      transfers?.end();
      context.waiters.endAll();
      sessions.drain();
      await Promise.all([...requests, sockets.drain()]);
    },

    cut: () => {
      sockets.cut();
      sessions.cut();
    },
  };
}

/** Out here, for it lives as long as a chat socket: made where the request is known it would keep that. */
function destroyStream(this: Duplex): void {
  this.destroy();
}
