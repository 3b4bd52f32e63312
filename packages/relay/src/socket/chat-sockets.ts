import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE, MAX_FRAME_BYTES } from '@sotto/protocol';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { MAX_CHUNKS, MAX_FRAGMENTS, MAX_SOCKETS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { clientOf } from '../http/client-addresses.ts';
import {
  decideUpgrade,
  type UpgradeDecision,
  type UpgradeRequest,
  type UpgradeTerms,
} from '../http/decide-upgrade.ts';
import { adoptStream } from './adopt-stream.ts';
import { boundSockets } from './bound-sockets.ts';
import { type ChatService, type ServedSocket, serveSocket } from './serve-socket.ts';

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

/** All chat sockets of a relay, by whichever version of HTTP they came. */
export class ChatSockets {
  readonly #context: RelayContext;
  readonly #server = new WebSocketServer(SOCKET_LIMITS);
  readonly #alerts = new WeakMap<IncomingMessage, readonly string[]>();
  readonly #serving = new Set<ChatService>();
  readonly #stopBounding: () => void;
  /** Those that are being decided about. */
  #upgrading = 0;
  #draining = false;

  constructor(context: RelayContext) {
    this.#context = context;
    this.#stopBounding = boundSockets(this.#serving, context.events);
    this.#server.on('headers', (lines, request) => {
      lines.push(`X-Signal-Timestamp: ${context.now()}`);
      for (const alert of this.#alerts.get(request) ?? []) lines.push(`X-Signal-Alert: ${alert}`);
    });
  }

  get open(): number {
    return this.#server.clients.size;
  }

  /** Whether a request to become a socket is granted. `room`: its connection may hold one more. Never rejects. */
  async decide(request: UpgradeRequest, room = true): Promise<UpgradeDecision> {
    const full = !room || this.#draining || this.open + this.#upgrading >= MAX_SOCKETS;
    this.#upgrading++;
    const decided = await decideUpgrade(this.#context, request, full);
    this.#upgrading--;
    const decision = this.#draining ? 503 : decided;
    if (typeof decision === 'number') this.#context.events.count('socket-refused');
    return decision;
  }

  /** Answer an upgrade of HTTP/1.1 that is granted. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, terms: UpgradeTerms): void {
    this.#alerts.set(request, terms.alerts ?? []);
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      this.serve({ socket, stream: request.socket, from: clientOf(this.#context, request), ...terms });
    });
  }

  /** A socket on a stream of HTTP/2 that is granted and answered. */
  adopt(stream: Duplex): WebSocket {
    return adoptStream(this.#server, stream);
  }

  serve(served: ServedSocket): void {
    keepUntilClosed(this.#serving, serveSocket(this.#context, served), served.socket);
  }

  /** Refuse new ones, and close each with 1001, "going away", when what it asked for is answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#stopBounding();
    await Promise.all([...this.#serving].map((socket) => socket.drain(CLOSE.goingAway)));
  }

  /** Cut what is left. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }
}

/*
 * Listeners that live as long as a chat socket are made out here: a closure made where the request is known would keep
 * it, and with it the password of the device.
 */

function keepUntilClosed(serving: Set<ChatService>, served: ChatService, socket: WebSocket): void {
  serving.add(served);
  socket.on('close', () => serving.delete(served));
}
