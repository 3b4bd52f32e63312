import type { Bytes } from '@sotto/bytes';
import type { Clock } from '@sotto/client';
import {
  CLOSE,
  decodeFrame,
  encodeFrame,
  type Frame,
  MAX_FRAME_BYTES,
  NO_HEADERS,
  ProtocolError,
  type RequestFrame,
  type ResponseFrame,
  STATUS,
} from '@sotto/protocol';
import {
  ANSWER_TIMEOUT,
  MAX_BODY,
  MAX_BUFFERED,
  MAX_IN_FLIGHT,
  MAX_WAITING,
  OPEN_TIMEOUT,
} from './limits.ts';
import type { OpenOutcome, RelayNet, RelaySocket } from './net.ts';
import { type Reply, refusedHere, replyOf } from './reply.ts';

export interface Ask {
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Bytes;
}

export interface ConnectionEvents {
  /** The relay asks something. `answer` sends a status, once; a request without ID wants none. */
  onRequest(request: RequestFrame, answer: (status: number) => void): void;
  onClose(code: number): void;
}

export type ConnectOutcome =
  | { readonly outcome: 'open'; readonly connection: Connection }
  | Exclude<OpenOutcome, { outcome: 'open' }>;

/** Somebody who asks on and on without reading our answers is not listened to. */
const MAX_ANSWERS_BUFFERED = 4 * MAX_BUFFERED;

interface Pending {
  readonly settle: (reply: Reply) => void;
  readonly cancelTimer: () => void;
}

/**
 * One socket that speaks Signal's framing (reference: signal-service §1.2): both sides ask, answers
 * come in any order. Whatever the other side sends, requests settle with an answer or with
 * `unanswered`; a frame that cannot be right ends the connection with 1007.
 */
export class Connection {
  readonly #clock: Clock;
  readonly #events: ConnectionEvents;
  readonly #pending = new Map<bigint, Pending>();
  readonly #waiting: (() => void)[] = [];
  #socket: RelaySocket | undefined;
  #listening = false;
  /** Frames that came before `begin`. */
  #early: Bytes[] = [];
  #nextId = 0n;
  #closedWith: number | undefined;

  private constructor(clock: Clock, events: ConnectionEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  static async open(
    request: {
      readonly net: RelayNet;
      readonly clock: Clock;
      readonly url: string;
      readonly pin?: Bytes;
      readonly headers?: Readonly<Record<string, string>>;
    },
    events: ConnectionEvents,
  ): Promise<ConnectOutcome> {
    const connection = new Connection(request.clock, events);
    const opened = await request.net.open({
      url: request.url,
      ...(request.pin === undefined ? {} : { pin: request.pin }),
      headers: request.headers ?? {},
      timeout: OPEN_TIMEOUT,
      maxFrame: MAX_FRAME_BYTES,
      onFrame: (frame) => connection.#receive(frame),
      onClose: ({ code }) => connection.#end(code),
    });
    if (opened.outcome !== 'open') return opened;
    connection.#socket = opened.socket;
    return { outcome: 'open', connection };
  }

  /** Hear what the other side says from now on, beginning with what it has said already. */
  begin(): void {
    this.#listening = true;
    for (const frame of this.#early.splice(0)) this.#receive(frame);
    this.#advance();
  }

  get closed(): boolean {
    return this.#closedWith !== undefined;
  }

  /**
   * Whether the relay said that it goes away. It answers before that what it has read, so what it has not answered it has
   * not done.
   */
  get wentAway(): boolean {
    return this.#closedWith === CLOSE.goingAway;
  }

  /** Requests that have not settled. */
  get busy(): number {
    return this.#pending.size + this.#waiting.length;
  }

  /**
   * Ask and wait. Settles `unanswered` after `ANSWER_TIMEOUT`, and then the connection is given up
   * too: a relay that is silent for so long is not there, and a new connection finds out.
   */
  ask(ask: Ask): Promise<Reply> {
    return new Promise((settle) => {
      if (this.closed || this.#waiting.length >= MAX_WAITING) settle({ outcome: 'unanswered' });
      // The relay would hang up on such a frame and with it on all other requests.
      else if ((ask.body?.length ?? 0) > MAX_BODY) settle(refusedHere(STATUS.tooLarge));
      else {
        this.#waiting.push(() => this.#begin(ask, settle));
        this.#advance();
      }
    });
  }

  close(code: number = CLOSE.normal): void {
    this.#socket?.close(code);
    this.#end(code);
  }

  #advance(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#waiting.shift()?.();
  }

  #hasRoom(): boolean {
    if (this.#pending.size === 0) return true;
    return this.#pending.size < MAX_IN_FLIGHT && (this.#socket?.buffered ?? 0) < MAX_BUFFERED;
  }

  #begin(ask: Ask, settle: (reply: Reply) => void): void {
    if (this.closed) {
      settle({ outcome: 'unanswered' });
      return;
    }
    const id = this.#nextId++;
    const cancelTimer = this.#clock.after(ANSWER_TIMEOUT, () => this.close());
    this.#pending.set(id, { settle, cancelTimer });
    const sent = this.#send({
      kind: 'request',
      id,
      verb: ask.verb,
      path: ask.path,
      headers: new Map(Object.entries(ask.headers ?? {})),
      ...(ask.body === undefined ? {} : { body: ask.body }),
    });
    if (!sent) this.close();
  }

  #send(frame: Frame): boolean {
    return !this.closed && (this.#socket?.send(encodeFrame(frame)) ?? false);
  }

  #receive(bytes: Bytes): void {
    if (this.closed) return;
    if (!this.#listening) {
      // Few frames can arrive in the moment between open and `begin`; a flood of them is refused.
      if (this.#early.push(bytes) > MAX_IN_FLIGHT) this.close(CLOSE.badFrame);
      return;
    }
    try {
      const frame = decodeFrame(bytes);
      if (frame.kind === 'response') this.#answered(frame);
      else this.#asked(frame);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(CLOSE.badFrame);
    }
  }

  #answered(response: ResponseFrame): void {
    const pending = this.#pending.get(response.id);
    if (!pending) {
      throw new ProtocolError('malformed', 'an answer to nothing that was asked');
    }
    this.#pending.delete(response.id);
    pending.cancelTimer();
    pending.settle(replyOf(response.status, response.headers, response.body ?? new Uint8Array(0)));
    this.#advance();
  }

  #asked(request: RequestFrame): void {
    if ((this.#socket?.buffered ?? 0) > MAX_ANSWERS_BUFFERED) {
      throw new ProtocolError('malformed', 'more questions than answers are taken');
    }
    let answered = false;
    this.#events.onRequest(request, (status) => {
      if (answered || request.id === undefined) return;
      answered = true;
      this.#send({ kind: 'response', id: request.id, status, message: reason(status), headers: NO_HEADERS });
    });
  }

  #end(code: number): void {
    if (this.closed) return;
    this.#closedWith = code;
    this.#early = [];
    const unsettled = [...this.#pending.values()];
    this.#pending.clear();
    for (const { settle, cancelTimer } of unsettled) {
      cancelTimer();
      settle({ outcome: 'unanswered' });
    }
    // Each begins, finds the connection closed and settles as unanswered.
    for (const begin of this.#waiting.splice(0)) begin();
    this.#events.onClose(code);
  }
}

function reason(status: number): string {
  return status === 200 ? 'OK' : status === 400 ? 'Bad Request' : 'Not Found';
}
