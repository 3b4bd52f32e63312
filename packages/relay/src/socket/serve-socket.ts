import { STATUS_CODES } from 'node:http';
import { asBytes, type Bytes } from '@sotto/bytes';
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
import { CUT_AT_BUFFERED, DAY, MAX_ACTIVE_REQUESTS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import type { Caller, Reply } from '../http/call.ts';
import { answer } from '../http/router.ts';
import type { DeviceSocket } from './connections.ts';
import { MailDelivery } from './deliver-mail.ts';

export interface ServedSocket {
  readonly socket: WebSocket;
  /** Absent on an anonymous socket. */
  readonly caller?: Caller;
  /** False when the client asked for no messages. */
  readonly delivers: boolean;
}

/**
 * Serve one chat socket until it closes (reference: signal-service §1). Inner requests go through the
 * same router as plain HTTPS; a delivering socket is also given its device's mail.
 */
export function serveSocket(context: RelayContext, served: ServedSocket): { idle(): Promise<void> } {
  return new ChatSocket(context, served);
}

class ChatSocket implements DeviceSocket {
  readonly caller: Caller;
  readonly delivers: boolean;
  readonly #context: RelayContext;
  readonly #socket: WebSocket;
  readonly #identity: Caller | 'anonymous';
  readonly #delivery: MailDelivery | undefined;
  readonly #idleTimer: NodeJS.Timeout;
  readonly #active = new Set<Promise<void>>();

  constructor(context: RelayContext, { socket, caller, delivers }: ServedSocket) {
    this.#context = context;
    this.#socket = socket;
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
    context.events.count('socket-opened');
    if (caller === undefined) return;
    if (context.connections.add(this).replaced) context.events.count('socket-replaced');
    this.#noteSeen(caller);
    if (!this.delivers) return;
    const queue = { account: caller.aci, device: caller.device };
    this.#delivery = new MailDelivery(context, queue, {
      send: (frame) => this.#send(frame),
      buffered: () => socket.bufferedAmount,
    });
    this.#delivery.pump();
  }

  wake(): void {
    this.#delivery?.pump();
  }

  pushOnce(envelope: Bytes): void {
    this.#delivery?.pushOnce(envelope);
  }

  close(code: number): void {
    this.#delivery?.stop();
    if (code === CLOSE.credentialsRevoked) this.#context.events.count('socket-revoked');
    this.#socket.close(code);
  }

  /** Resolves when no request of this socket is being answered. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  /** Text frames are ignored, as Signal's server ignores them. */
  #received(data: Buffer, isBinary: boolean): void {
    this.#idleTimer.refresh();
    if (!isBinary) return;
    let frame: Frame;
    try {
      frame = decodeFrame(asBytes(data));
    } catch (error) {
      this.#context.events.count('frame-refused');
      const tooLarge = error instanceof ProtocolError && error.code === 'too-large';
      this.close(tooLarge ? CLOSE.tooLarge : CLOSE.badFrame);
      return;
    }
    if (frame.kind === 'response') this.#delivery?.answered(frame.id, frame.status);
    else this.#request(frame);
  }

  #request(frame: RequestFrame): void {
    const { verb, path, headers, id } = frame;
    const body = frame.body ?? new Uint8Array(0);
    const done = answer(this.#context, { verb, path, headers, body, socket: this.#identity }).then(
      (reply) => {
        this.#active.delete(done);
        if (this.#active.size < MAX_ACTIVE_REQUESTS) this.#socket.resume();
        if (id !== undefined) this.#respond(id, reply);
      },
    );
    this.#active.add(done);
    if (this.#active.size >= MAX_ACTIVE_REQUESTS) this.#socket.pause();
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
    this.#socket.send(frame, () => this.#delivery?.drained());
  }

  #closed(): void {
    clearTimeout(this.#idleTimer);
    this.#delivery?.stop();
    if (this.#identity !== 'anonymous') this.#context.connections.remove(this);
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
