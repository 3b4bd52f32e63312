import type { RoadDistrust } from '@sotto/client';
import type { Ask, Connection, ConnectOutcome } from './connection.ts';
import { ANONYMOUS_IDLE } from './limits.ts';
import type { Reply } from './reply.ts';
import { connectTo, distrustOf, replyToFailure, type Surroundings } from './surroundings.ts';

/**
 * The connection for everything that must not say who asks. Opened when first needed, shared, and
 * closed after a while of silence. It never carries credentials.
 */
export class AnonymousLine {
  readonly #surroundings: Surroundings;
  #opening: Promise<ConnectOutcome> | undefined;
  #connection: Connection | undefined;
  #cancelIdle: () => void = () => undefined;
  #closed = false;
  /** Why the last attempt to connect failed, for `probe`. */
  #failure: string | undefined;

  readonly #onAttempt: (distrust: RoadDistrust | undefined) => void;

  /** `onAttempt`: told after each attempt to connect whether the server is one that is not to be trusted. */
  constructor(
    surroundings: Surroundings,
    onAttempt: (distrust: RoadDistrust | undefined) => void = () => undefined,
  ) {
    this.#surroundings = surroundings;
    this.#onAttempt = onAttempt;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  async ask(ask: Ask): Promise<Reply> {
    const opened = await this.#open();
    if (opened.outcome !== 'open') return replyToFailure(opened);
    this.#closeWhenIdle();
    return opened.connection.ask(ask);
  }

  close(): void {
    this.#closed = true;
    this.#cancelIdle();
    this.#connection?.close();
  }

  #open(): Promise<ConnectOutcome> {
    if (this.#closed) return Promise.resolve({ outcome: 'unreachable', reason: 'no-connection' });
    if (this.#connection && !this.#connection.closed) {
      return Promise.resolve({ outcome: 'open', connection: this.#connection });
    }
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<ConnectOutcome> {
    const opened = await connectTo(this.#surroundings, {
      onRequest: (_, answer) => answer(404),
      onClose: () => undefined,
    });
    this.#failure = reasonOf(opened);
    this.#onAttempt(distrustOf(opened));
    if (opened.outcome !== 'open') return opened;
    if (this.#closed) {
      opened.connection.close();
      return { outcome: 'unreachable', reason: 'no-connection' };
    }
    opened.connection.begin();
    this.#connection = opened.connection;
    return opened;
  }

  #closeWhenIdle(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#surroundings.clock.after(ANONYMOUS_IDLE, () => {
      if (this.#connection && this.#connection.busy > 0) this.#closeWhenIdle();
      else this.#connection?.close();
    });
  }
}

/** One word for people and logs. */
function reasonOf(opened: ConnectOutcome): string | undefined {
  switch (opened.outcome) {
    case 'open':
      return undefined;
    case 'refused':
      return `refused ${opened.status}`;
    case 'unreachable':
      return opened.reason;
    default:
      return opened.outcome;
  }
}
