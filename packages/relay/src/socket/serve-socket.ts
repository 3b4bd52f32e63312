import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import { clientAt, type Source } from '@sotto/limits';
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
import { CUT_AT_BUFFERED, DAY, GOODBYE, MAX_ACTIVE_REQUESTS, PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import type { Caller, Reply } from '../http/call.ts';
import { answer } from '../http/router.ts';
import type { BoundSocket } from './bound-sockets.ts';
import type { DeviceSocket } from './connections.ts';
import { MailDelivery } from './deliver-mail.ts';
import { Progress } from './progress.ts';
import { Refusals } from './refusals.ts';

export interface ServedSocket {
  readonly socket: WebSocket;
  /** Beneath it: counts what has come, and can wait with what leaves. */
  readonly stream: Pick<Duplex, 'cork' | 'uncork'> & { readonly bytesRead?: number };
  /** The address at the other end. */
  readonly from: string;
  /** Absent on an anonymous socket. */
  readonly caller?: Caller;
  /** False when the client asked for no messages. */
  readonly delivers: boolean;
}

/** One chat socket as the server that holds them all sees it. */
export interface ChatService extends BoundSocket {
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
  readonly #identity: Caller | 'anonymous';
  readonly #source: Source;
  readonly #stream: ServedSocket['stream'];
  readonly #progress: Progress;
  readonly #refusals = new Refusals();
  readonly #idleTimer: NodeJS.Timeout;
  readonly #active = new Set<Promise<void>>();
  /** Requests beyond the bounds. The socket is paused meanwhile, so they are few. */
  #waiting: RequestFrame[] = [];
  #delivery: MailDelivery | undefined;
  #draining = false;
  #corked = false;
  /** We have hung up; what still comes is from somebody who may no longer be who they were. */
  #ended = false;

  constructor(context: RelayContext, { socket, stream, from, caller, delivers }: ServedSocket) {
    this.#context = context;
    this.#socket = socket;
    this.#source = clientAt(from);
    this.#stream = stream;
    this.#progress = new Progress(socket, stream);
    this.#identity = caller ?? 'anonymous';
    this.delivers = delivers && caller !== undefined;
    // Only authenticated sockets enter the registry, which alone asks for the caller.
    this.caller = caller as Caller;
    this.#idleTimer = setTimeout(() => this.close(CLOSE.normal), CHAT_IDLE_TIMEOUT).unref();
    socket.on('message', (data, isBinary) => this.#received(data as Buffer, isBinary));
    socket.on('ping', () => this.#pinged());
    socket.on('pong', () => this.#whole());
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

  held(): number {
    return this.#ended ? 0 : this.#progress.held();
  }

  stuckFor(now: number): number {
    return this.#progress.stuckFor(now);
  }

  hangUp(code: number): void {
    this.close(code);
    setTimeout(() => this.#socket.terminate(), GOODBYE).unref();
  }

  /** A message, or a ping, has come to its end. */
  #whole(): void {
    this.#idleTimer.refresh();
    this.#progress.whole();
  }

  /** The library has answered it: who sends more pings than it reads answers is cut off. */
  #pinged(): void {
    this.#whole();
    if (this.#socket.bufferedAmount > CUT_AT_BUFFERED) this.hangUp(CLOSE.tryAgainLater);
  }

  /** Text frames are ignored, as Signal's server ignores them. */
  #received(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    this.#whole();
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
    if (this.#waiting.length > 0 || this.#refusals.enough) this.#socket.pause();
    else this.#socket.resume();
  }

  #request({ verb, path, headers, id, body = new Uint8Array(0) }: RequestFrame): void {
    const raw = { verb, path, headers, body, socket: this.#identity };
    const { underWay } = this.#context;
    const told = this.#draining || this.#refusals.told(performance.now());
    if (told || !underWay.take(this.#source)) {
      this.#refuse(id);
      return;
    }
    this.#refusals.admitted();
    const done = answer(this.#context, raw).then((answered) => {
      underWay.giveBack(this.#source.name);
      this.#active.delete(done);
      this.#guarded(() => {
        if (id !== undefined) this.#respond(id, answered);
        this.#answerWaiting();
      });
    });
    this.#active.add(done);
  }

  /** Whoever goes on all the same is hung up on, and what it has sent goes with the socket, unread. */
  #refuse(id: bigint | undefined): void {
    this.#context.events.count('overloaded');
    const answered = this.#refusals.refuse(performance.now(), this.#draining ? 503 : undefined);
    if (id !== undefined) this.#respond(id, answered);
    if (this.#refusals.enough && !this.#draining) void this.drain(CLOSE.tryAgainLater);
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
    this.#progress.sending();
    this.#together();
    this.#socket.send(frame, () => this.#drained());
  }

  /** What is sent in one turn leaves in one piece: to refuse must cost little, and most of it is the way out. */
  #together(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  #drained(): void {
    this.#progress.taken();
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
