import type { Source } from '@sotto/limits';
import type { RequestFrame } from '@sotto/protocol';
import { MAX_ACTIVE_REQUESTS, PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import type { Caller, Reply } from '../http/call.ts';
import { answer } from '../http/router.ts';
import { Refusals } from './refusals.ts';

/** The socket as its requests see it. */
export interface RequestSocket {
  readonly identity: Caller | 'anonymous';
  readonly source: Source;
  /** Bytes accepted and not yet given to the network. */
  buffered(): number;
  /** Read on, or not. */
  pause(): void;
  resume(): void;
  respond(id: bigint, reply: Reply): void;
  /** It was refused so often, and goes on all the same: hang up. */
  deaf(): void;
  /** Runs an action unless the socket has ended; what it throws ends the socket. */
  guarded(action: () => void): void;
}

/**
 * The requests of one chat socket. Begins what the bounds allow, and reads on only if nothing has to wait: a
 * client that sends many, or does not read the answers, is slowed down by its own connection.
 */
export class Requests {
  readonly #context: RelayContext;
  readonly #socket: RequestSocket;
  readonly #refusals = new Refusals();
  readonly #active = new Set<Promise<void>>();
  /** Beyond the bounds. The socket is paused meanwhile, so they are few. */
  #waiting: RequestFrame[] = [];
  #draining = false;

  constructor(context: RelayContext, socket: RequestSocket) {
    this.#context = context;
    this.#socket = socket;
  }

  /** Some have to wait. */
  get wait(): boolean {
    return this.#waiting.length > 0;
  }

  add(request: RequestFrame): void {
    this.#waiting.push(request);
    this.advance();
  }

  /** Called again when a bound may have room. */
  advance(): void {
    while (this.#active.size < MAX_ACTIVE_REQUESTS && this.#socket.buffered() < PAUSE_AT_BUFFERED) {
      const request = this.#waiting.shift();
      if (request === undefined) break;
      this.#begin(request);
    }
    if (this.wait || this.#refusals.enough) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Forget those that wait. */
  drop(): void {
    this.#waiting = [];
  }

  /** From now on all are refused. Resolves when those under way have been answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  #begin({ verb, path, headers, id, body = new Uint8Array(0) }: RequestFrame): void {
    const { identity, source } = this.#socket;
    const { underWay } = this.#context;
    const told = this.#draining || this.#refusals.told(performance.now());
    if (told || !underWay.take(source)) {
      this.#refuse(id);
      return;
    }
    this.#refusals.admitted();
    const call = { verb, path, headers, body, from: source.name, socket: identity };
    const done = answer(this.#context, call).then((answered) => {
      underWay.giveBack(source.name);
      this.#active.delete(done);
      this.#socket.guarded(() => {
        if (id !== undefined) this.#socket.respond(id, answered);
        this.advance();
      });
    });
    this.#active.add(done);
  }

  /** Whoever goes on all the same is hung up on, and what it has sent goes with the socket, unread. */
  #refuse(id: bigint | undefined): void {
    this.#context.events.count('overloaded');
    const answered = this.#refusals.refuse(performance.now(), this.#draining ? 503 : undefined);
    if (id !== undefined) this.#socket.respond(id, answered);
    if (this.#refusals.enough && !this.#draining) this.#socket.deaf();
  }
}
