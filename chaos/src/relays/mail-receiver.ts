import { setTimeout as delay } from 'node:timers/promises';
import { toHex } from '@sotto/bytes';
import { decodeEnvelope, PATH, type RequestFrame } from '@sotto/protocol';
import type { SeededRandom } from '@sotto/testkit';
import type { Taken } from './mail-history.ts';
import type { Registered } from './register.ts';
import { WireSocket } from './wire-socket.ts';

/** Between two tries to connect, milliseconds. */
const REDIAL = 50;
/** One in so many messages meets a receiver that dies: before its commit, or between that and its acknowledgement. */
const DEATHS = 1 / 400;

export interface ReceiverOptions {
  readonly person: Registered;
  /** The relay at which it is now. */
  readonly url: () => string;
  readonly random: SeededRandom;
}

/** Receives as a client does: commits each message, then acknowledges it, and connects again when it was cut off. */
export class MailReceiver {
  /** Committed, in order. */
  readonly taken: Taken[] = [];
  readonly #options: ReceiverOptions;
  #socket: WireSocket | undefined;
  #connections = 0;
  #mayDie = true;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  async run(until: AbortSignal): Promise<void> {
    until.addEventListener('abort', () => this.hangUp());
    while (!until.aborted) {
      const { socket } = await this.#open(this.#options.url());
      this.#socket = socket;
      if (until.aborted) this.hangUp();
      await (socket?.closed ?? delay(REDIAL));
      this.#socket = undefined;
    }
  }

  hangUp(): void {
    this.#socket?.cut();
  }

  /** From now on it lives. */
  calm(): void {
    this.#mayDie = false;
  }

  /** Connect once more to this relay, acknowledge whatever is there still, and say how much that was. */
  async takeRest(url: string): Promise<number> {
    const before = this.taken.length;
    const { socket, emptied } = await this.#open(url);
    await Promise.race([emptied, socket?.closed]);
    socket?.cut();
    await socket?.closed;
    return this.taken.length - before;
  }

  async #open(url: string) {
    const connection = ++this.#connections;
    const { authorization } = this.#options.person;
    let tellEmpty: () => void = () => undefined;
    const emptied = new Promise<void>((resolve) => {
      tellEmpty = resolve;
    });
    let isDead = false;
    const opening = WireSocket.open({
      url,
      headers: { authorization },
      onRequest: (request) => {
        if (isDead) return;
        if (request.path === PATH.message) isDead = !this.#take(connection, request, opening);
        else {
          void opening.then((socket) => socket?.answer(request, 200));
          if (request.path === PATH.queueEmpty) tellEmpty();
        }
      },
    });
    return { socket: await opening, emptied };
  }

  /** False when it died over it. */
  #take(connection: number, request: RequestFrame, opening: Promise<WireSocket | undefined>): boolean {
    const dies = this.#mayDie && this.#options.random.chance(DEATHS);
    const hasCommitted = !dies || this.#options.random.chance(0.5);
    if (hasCommitted) {
      const { guid, content, clientTimestamp: timestamp } = decodeEnvelope(request.body ?? new Uint8Array(0));
      this.taken.push({ connection, guid: toHex(guid), text: new TextDecoder().decode(content), timestamp });
    }
    void opening.then((socket) => (dies ? socket?.cut() : socket?.answer(request, 200)));
    return !dies;
  }
}
