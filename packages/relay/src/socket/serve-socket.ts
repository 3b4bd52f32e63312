import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import { clientAt } from '@sotto/limits';
import {
  CHAT_IDLE_TIMEOUT,
  CLOSE,
  decodeFrame,
  encodeFrame,
  type Frame,
  HEADER,
  ProtocolError,
} from '@sotto/protocol';
import type { WebSocket } from 'ws';
import { DAY, GOODBYE } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import type { Caller, Reply } from '../http/call.ts';
import type { UpgradeTerms } from '../http/decide-upgrade.ts';
import { setLastSeen } from '../store/accounts.ts';
import type { BoundSocket } from './bound-sockets.ts';
import type { DeviceSocket, Notice } from './connections.ts';
import { MailDelivery } from './deliver-mail.ts';
import { tellLowPreKeys } from './low-pre-keys.ts';
import { Outlet } from './outlet.ts';
import { Progress } from './progress.ts';
import { Provisioning } from './provisioning.ts';
import { Requests } from './requests.ts';

export interface ServedSocket extends UpgradeTerms {
  readonly socket: WebSocket;
  /** Beneath it: counts what has come, and can wait with what leaves. */
  readonly stream: Pick<Duplex, 'cork' | 'uncork'> & { readonly bytesRead?: number };
  /** The address at the other end. */
  readonly from: string;
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
  readonly order: number;
  readonly notices: boolean;
  readonly #stories: boolean;
  readonly #context: RelayContext;
  readonly #socket: WebSocket;
  readonly #identity: Caller | 'anonymous' | 'provisioning';
  readonly #progress: Progress;
  readonly #outlet: Outlet;
  readonly #requests: Requests;
  readonly #idleTimer: NodeJS.Timeout;
  readonly #provisioning: Provisioning | undefined;
  #delivery: MailDelivery | undefined;
  /** We have hung up; what still comes is from somebody who may no longer be who they were. */
  #ended = false;

  constructor(context: RelayContext, served: ServedSocket) {
    const { socket, stream, from, caller, provisions } = served;
    this.#context = context;
    this.#socket = socket;
    this.#progress = new Progress(socket, stream);
    this.#outlet = new Outlet(socket, stream, this.#progress, () => this.#drained());
    this.#identity = caller ?? (provisions === true ? 'provisioning' : 'anonymous');
    this.#requests = new Requests(context, {
      identity: this.#identity,
      source: clientAt(from),
      buffered: () => this.#outlet.buffered,
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      respond: (id, reply) => this.#respond(id, reply),
      deaf: () => void this.drain(CLOSE.tryAgainLater),
      guarded: (action) => this.#guarded(action),
    });
    this.delivers = served.delivers && caller !== undefined;
    this.order = served.order;
    this.notices = served.notices;
    this.#stories = served.stories;
    if (this.#identity === 'provisioning') {
      this.#provisioning = new Provisioning(context, {
        source: clientAt(from),
        send: (frame) => this.#outlet.send(frame),
        close: (code) => this.close(code),
        failed: (error) => this.#fail(error),
      });
    }
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
    this.#provisioning?.start();
    if (typeof identity === 'string') return;
    if (this.#context.connections.add(this).replaced) this.#context.events.count('socket-replaced');
    this.#guarded(() => {
      this.#noteSeen(identity).catch((error: unknown) => this.#context.events.failed(error));
      const queue = { account: identity.aci, device: identity.device };
      void tellLowPreKeys(this.#context, queue);
      if (!this.delivers) return;
      const pipe = {
        send: (frame: Bytes) => this.#outlet.send(frame),
        buffered: () => this.#outlet.buffered,
        failed: (error: unknown) => this.#fail(error),
      };
      this.#delivery = new MailDelivery(this.#context, { queue, stories: this.#stories }, pipe);
      this.#delivery.wake();
    });
  }

  wake(): void {
    this.#guarded(() => this.#delivery?.wake());
  }

  newestIs(position: number): void {
    this.#guarded(() => this.#delivery?.newestIs(position));
  }

  /** Without an ID, so that no answer is expected. */
  notify({ path, body }: Notice): void {
    const headers = new Map([[HEADER.contentType, 'application/json']]);
    this.#guarded(() =>
      this.#outlet.send(encodeFrame({ kind: 'request', verb: 'PUT', path, headers, body })),
    );
  }

  close(code: number): void {
    this.#ended = true;
    this.#requests.drop();
    this.#delivery?.stop();
    this.#provisioning?.stop();
    if (code === CLOSE.credentialsRevoked) this.#context.events.count('socket-revoked');
    // A paused socket would not see the other side's goodbye.
    this.#socket.resume();
    this.#socket.close(code);
  }

  async drain(code: number): Promise<void> {
    await this.#requests.drain();
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
    if (this.#outlet.overfull) this.hangUp(CLOSE.tryAgainLater);
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
      this.#guarded(() => {
        this.#delivery?.answered(id, status);
        this.#provisioning?.answered(id);
      });
    } else {
      this.#requests.add(frame);
    }
  }

  #respond(id: bigint, { status, headers, body }: Reply): void {
    const all = new Map(headers).set(HEADER.timestamp, String(this.#context.now()));
    const message = STATUS_CODES[status] ?? '';
    this.#outlet.send(
      encodeFrame({ kind: 'response', id, status, message, headers: all, ...(body && { body }) }),
    );
  }

  #drained(): void {
    this.#guarded(() => {
      this.#delivery?.drained();
      // Its pings wait behind its requests; that it reads shows that it is there.
      if (this.#requests.wait) this.#idleTimer.refresh();
      this.#requests.advance();
    });
  }

  #closed(): void {
    this.#ended = true;
    this.#requests.drop();
    clearTimeout(this.#idleTimer);
    this.#delivery?.stop();
    this.#provisioning?.stop();
    if (typeof this.#identity !== 'string') this.#context.connections.remove(this);
  }

  /** Sockets are driven by events: what is thrown here would end the relay. */
  #guarded(action: () => void): void {
    if (this.#ended) return;
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#context.events.failed(error);
    this.close(CLOSE.serverError);
  }

  /** Only the day, and only when it is a new one. */
  async #noteSeen({ aci, device, login }: Caller): Promise<void> {
    const { store, now } = this.#context;
    const day = Math.floor(now() / DAY);
    const known = (await store.findAccount(aci))?.devices.find(({ id }) => id === device);
    // Whoever took the account or the device away closed the sockets that were there, and this one was not yet.
    if (known?.password.salt !== login) this.close(CLOSE.credentialsRevoked);
    else if (known.lastSeenDay !== day) await store.write(() => setLastSeen(aci, device, day));
  }
}

/** The same memory as plain bytes; nothing is written there again. */
function viewOf({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
