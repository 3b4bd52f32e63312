import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import {
  CHAT_IDLE_TIMEOUT,
  CLOSE,
  decodeFrame,
  encodeFrame,
  type Frame,
  HEADER,
  ProtocolError,
  type RequestFrame,
} from '@sotto/protocol';
import type { WebSocket } from 'ws';
import { CUT_AT_BUFFERED, DAY, MAX_ACTIVE_REQUESTS, PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Caller, type Reply, reply } from '../http/call.ts';
import { answer } from '../http/router.ts';
import type { DeviceSocket } from './connections.ts';
import { MailDelivery } from './deliver-mail.ts';

export interface ServedSocket {
  readonly socket: WebSocket;
  /** What it is written to. */
  readonly stream: Duplex;
  /** Absent on an anonymous socket. */
  readonly caller?: Caller;
  /** False when the client asked for no messages. */
  readonly delivers: boolean;
}

/** One chat socket as the server that holds them all sees it. */
export interface ChatService {
  /** Refuse new requests, finish the others and what was acknowledged, then close with `code`. */
  drain(code: number): Promise<void>;
}

/**
 * Serve one chat socket until it closes (reference: signal-service §1). Inner requests go through the
 * same router as plain HTTPS; a delivering socket is also given its device's mail. Never throws: a
 * failure of ours closes this socket with 1011.
 */
export function serveSocket(context: RelayContext, served: ServedSocket): ChatService {
  const socket = new ChatSocket(context, served);
  socket.start();
  return socket;
}

class ChatSocket implements DeviceSocket, ChatService {
  readonly caller: Caller;
  readonly delivers: boolean;
  readonly #context: RelayContext;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #corked = false;
  readonly #identity: Caller | 'anonymous';
  readonly #idleTimer: NodeJS.Timeout;
  readonly #active = new Set<Promise<void>>();
  /** Requests beyond the bounds. The socket is paused meanwhile, so they are few. */
  #waiting: RequestFrame[] = [];
  #delivery: MailDelivery | undefined;
  #draining = false;
  /** We have hung up; what still comes is from somebody who may no longer be who they were. */
  #ended = false;

  constructor(context: RelayContext, { socket, stream, caller, delivers }: ServedSocket) {
    this.#context = context;
    this.#socket = socket;
    this.#stream = stream;
    this.#identity = caller ?? 'anonymous';
    this.delivers = delivers && caller !== undefined;
    // Only authenticated sockets enter the registry, which alone asks for the caller.
    this.caller = caller as Caller;
    this.#idleTimer = setTimeout(() => this.close(CLOSE.normal), CHAT_IDLE_TIMEOUT).unref();
    socket.on('message', (data, isBinary) => this.#received(data as Buffer, isBinary));
    socket.on('ping', () => this.#idleTimer.refresh());
    socket.on('pong', () => this.#idleTimer.refresh());
    socket.on('error', () => context.events.count('frame-refused'));
    socket.on('close', () => this.#closed());
  }

  start(): void {
    this.#context.events.count('socket-opened');
    const identity = this.#identity;
    if (identity === 'anonymous') return;
    if (this.#context.connections.add(this).replaced) this.#context.events.count('socket-replaced');
    this.#guarded(() => {
      this.#noteSeen(identity);
      if (!this.delivers) return;
      const queue = { account: identity.aci, device: identity.device };
      this.#delivery = new MailDelivery(this.#context, queue, {
        send: (frame) => this.#send(frame),
        buffered: () => this.#socket.bufferedAmount,
      });
      this.#delivery.pump();
    });
  }

  wake(): void {
    this.#guarded(() => this.#delivery?.pump());
  }

  pushOnce(envelope: Bytes): void {
    this.#guarded(() => this.#delivery?.pushOnce(envelope));
  }

  close(code: number): void {
    this.#ended = true;
    this.#waiting = [];
    this.#delivery?.stop();
    if (code === CLOSE.credentialsRevoked) this.#context.events.count('socket-revoked');
    // A paused socket would not see the other side's goodbye.
    this.#socket.resume();
    this.#socket.close(code);
  }

  async drain(code: number): Promise<void> {
    this.#draining = true;
    while (this.#active.size > 0) await Promise.all(this.#active);
    await this.#delivery?.settled();
    this.close(code);
  }

  /** Text frames are ignored, as Signal's server ignores them. */
  #received(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    this.#idleTimer.refresh();
    if (!isBinary) return;
    let frame: Frame;
    try {
      frame = decodeFrame(viewOf(data));
    } catch (error) {
      this.#context.events.count('frame-refused');
      const tooLarge = error instanceof ProtocolError && error.code === 'too-large';
      this.close(tooLarge ? CLOSE.tooLarge : CLOSE.badFrame);
      return;
    }
    if (frame.kind === 'response') {
      const { id, status } = frame;
      this.#guarded(() => this.#delivery?.answered(id, status));
    } else {
      this.#waiting.push(frame);
      this.#answerWaiting();
    }
  }

  /**
   * Begin what the bounds allow, and read on only if nothing has to wait: a client that sends many
   * requests, or does not read the answers, is slowed down by its own connection.
   */
  #answerWaiting(): void {
    while (this.#active.size < MAX_ACTIVE_REQUESTS && this.#socket.bufferedAmount < PAUSE_AT_BUFFERED) {
      const frame = this.#waiting.shift();
      if (frame === undefined) break;
      this.#request(frame);
    }
    if (this.#waiting.length > 0) this.#socket.pause();
    else this.#socket.resume();
  }

  #request({ verb, path, headers, id, body = new Uint8Array(0) }: RequestFrame): void {
    const raw = { verb, path, headers, body, socket: this.#identity };
    const answering = this.#draining ? Promise.resolve(reply(503)) : answer(this.#context, raw);
    const done = answering.then((answered) => {
      this.#active.delete(done);
      this.#guarded(() => {
        if (id !== undefined) this.#respond(id, answered);
        this.#answerWaiting();
      });
    });
    this.#active.add(done);
  }

  #respond(id: bigint, { status, headers, body }: Reply): void {
    const all = new Map(headers).set(HEADER.timestamp, String(this.#context.now()));
    const message = STATUS_CODES[status] ?? '';
    this.#send(encodeFrame({ kind: 'response', id, status, message, headers: all, ...(body && { body }) }));
  }

  #send(frame: Bytes): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > CUT_AT_BUFFERED) {
      this.#socket.terminate();
      return;
    }
    this.#join();
    this.#socket.send(frame, () => this.#drained());
  }

  /** What one commit lets be said goes out in one system call, and in one record of TLS. */
  #join(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  #drained(): void {
    if (this.#ended) return;
    this.#guarded(() => {
      this.#delivery?.drained();
      // Its pings wait behind its requests; that it reads shows that it is there.
      if (this.#waiting.length > 0) this.#idleTimer.refresh();
      this.#answerWaiting();
    });
  }

  #closed(): void {
    this.#ended = true;
    this.#waiting = [];
    clearTimeout(this.#idleTimer);
    this.#delivery?.stop();
    if (this.#identity !== 'anonymous') this.#context.connections.remove(this);
  }

  /** Sockets are driven by events: what is thrown here would end the relay. */
  #guarded(action: () => void): void {
    if (this.#ended) return;
    try {
      action();
    } catch (error) {
      this.#context.events.failed(error);
      this.close(CLOSE.serverError);
    }
  }

  /** Only the day, and only when it is a new one. */
  #noteSeen({ aci, device }: Caller): void {
    const { store, events, now } = this.#context;
    const day = Math.floor(now() / DAY);
    const known = store.accounts.find(aci)?.devices.find(({ id }) => id === device)?.lastSeenDay;
    if (known === day) return;
    store.write(() => store.accounts.seen(aci, device, day)).catch((error: unknown) => events.failed(error));
  }
}

/** The same memory as plain bytes; nothing is written there again. */
function viewOf({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
