import { asBytes, type Bytes, toHex, utf8 } from '@sotto/bytes';
import type { ByteBudget } from '@sotto/limits';
import { Asked } from './asked.ts';
import { FRAME_OVERHEAD, LINGER } from './constants.ts';
import type { Wire } from './open-wire.ts';
import { Outbox, sizeOf } from './outbox.ts';
import { readMessage } from './read-message.ts';
import { type Served, Serving } from './serve-command.ts';
import type { Answer, AskOptions, Peer } from './types.ts';
import { Unread } from './unread.ts';

export interface ConversationOptions {
  readonly wire: Wire;
  readonly id: number;
  readonly key: Bytes;
  readonly address: string;
  readonly isNode: (key: Bytes) => boolean;
  /** Whether the other end has opened the connection. */
  readonly incoming: boolean;
  readonly budget: ByteBudget;
  readonly patience: number;
  readonly served: Served;
}

/** One connection and all that is said over it, both ways: either end may ask, whoever has opened it. */
export class Conversation {
  readonly peer: Peer;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  readonly #options: ConversationOptions;
  readonly #outbox: Outbox;
  readonly #asked = new Asked();
  readonly #serving: Serving;
  readonly #unread: Unread;
  readonly #closing = new AbortController();

  constructor(options: ConversationOptions) {
    const { wire, id, key, address, isNode, served, budget, patience } = options;
    this.#options = options;
    const overrun = (): void => {
      served.count('overrun');
      this.cut();
    };
    this.#outbox = new Outbox(wire.socket, overrun);
    this.peer = {
      ...{ id, key, address, closed: this.#closing.signal },
      get isNode() {
        return isNode(key);
      },
      send: (command, ...data) => this.#outbox.put([utf8(command), ...data]),
    };
    this.#serving = new Serving(served, this.peer, (parts) => this.#outbox.put(parts));
    this.#unread = new Unread({
      ...{ patience, overrun },
      // A node by its key, however many connections it has; all others by where they come from.
      open: () => (isNode(key) ? budget.openTrusted(toHex(key)) : budget.open(address)),
      hold: (held) => wire.hold(held),
    });
    this.gone = wire.gone.then(() => this.#end());
    void this.#read();
  }

  /** Requests of ours that wait for an answer. */
  get asking(): number {
    return this.#asked.count;
  }

  /** So many bytes have come over the connection. */
  came(bytes: number): void {
    this.#unread.came(bytes);
  }

  /** Never rejects. */
  ask(command: string, data: readonly Uint8Array[], options: AskOptions): Promise<Answer> {
    if (this.#closing.signal.aborted) return Promise.resolve({ outcome: 'down' });
    return this.#asked.ask(options, (tag) => this.#outbox.put([utf8(command), tag, ...data]));
  }

  /** End it when what was said has gone, or after a moment. One who has come is told, and need not come again. */
  async close(): Promise<void> {
    if (this.#options.incoming) this.peer.send('BYE');
    const late = setTimeout(() => this.cut(), 2 * LINGER);
    await this.#outbox.whenEmpty();
    this.#options.wire.close();
    await this.gone;
    clearTimeout(late);
  }

  cut(): void {
    this.#options.wire.cut();
  }

  async #read(): Promise<void> {
    try {
      for await (const frames of this.#options.wire.socket) {
        this.#unread.handled(sizeOf(frames) + frames.length * FRAME_OVERHEAD);
        this.#take(frames);
      }
    } catch {
      // The socket was closed while it was read.
    }
  }

  #take(frames: readonly Buffer[]): void {
    const message = readMessage(frames.map((frame) => asBytes(frame)));
    switch (message.kind) {
      case 'hi':
        if (this.#options.incoming) this.peer.send('HELLO');
        return;
      case 'bye':
        if (!this.#options.incoming) this.cut();
        return;
      case 'reply':
        this.#asked.answered(message.tag, message.data);
        return;
      case 'refusal':
        if (message.tag !== undefined) this.#asked.refused(message.tag, message.refusal);
        return;
      case 'command':
        this.#serving.serve(message.name, message.parts);
        return;
      case 'hello':
        return;
      case 'noise':
        this.#options.served.count('noise');
    }
  }

  #end(): void {
    this.#options.wire.close();
    this.#unread.end();
    this.#outbox.end();
    this.#asked.breakAll();
    this.#closing.abort();
  }
}
