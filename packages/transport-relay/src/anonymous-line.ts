import type { RoadDistrust } from '@sotto/client';
import { STATUS } from '@sotto/protocol';
import type { Absence } from './absence.ts';
import { BackOff } from './back-off.ts';
import type { Ask, Connection, ConnectOutcome } from './connection.ts';
import { ABSENCE, ANONYMOUS_IDLE, FIRST_PAUSE } from './limits.ts';
import type { Reply } from './reply.ts';
import { connectTo, distrustOf, replyToFailure, type Surroundings } from './surroundings.ts';

/** As often as a pause fits into an absence: a relay that goes away again and again is not asked for ever. */
const MOST_ASKED = 1 + (2 * ABSENCE) / FIRST_PAUSE;

/**
 * The connection for everything that must not say who asks. Opened when first needed, shared, and
 * closed after a while of silence. It never carries credentials.
 */
export class AnonymousLine {
  readonly #surroundings: Surroundings;
  readonly #absence: Absence;
  #opening: Promise<ConnectOutcome> | undefined;
  #connection: Connection | undefined;
  #cancelIdle: () => void = () => undefined;
  #closed = false;
  /** Why the last attempt to connect failed, for `probe`. */
  #failure: string | undefined;

  readonly #onAttempt: (distrust: RoadDistrust | undefined) => void;

  /** `absence` is of the same relay. `onAttempt`: told after each attempt to connect whether the server is one that is not to be trusted. */
  constructor(
    surroundings: Surroundings,
    absence: Absence,
    onAttempt: (distrust: RoadDistrust | undefined) => void = () => undefined,
  ) {
    this.#surroundings = surroundings;
    this.#absence = absence;
    this.#onAttempt = onAttempt;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  async ask(ask: Ask): Promise<Reply> {
    for (let asked = 1; ; asked++) {
      const { reply, mayPass } = await this.#askOnce(ask);
      if (!mayPass || this.#closed || !this.#absence.announced || asked === MOST_ASKED) return reply;
      await this.#pause();
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelIdle();
    this.#connection?.close();
  }

  async #askOnce(ask: Ask): Promise<{ readonly reply: Reply; readonly mayPass: boolean }> {
    const opened = await this.#open();
    if (opened.outcome !== 'open') return { reply: replyToFailure(opened), mayPass: mayPass(opened) };
    this.#closeWhenIdle();
    const { connection } = opened;
    const reply = await connection.ask(ask);
    return { reply, mayPass: reply.outcome === 'unanswered' && connection.wentAway };
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
      onClose: (code) => this.#absence.heard(code),
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

  #pause(): Promise<void> {
    const { clock, random } = this.#surroundings;
    return new Promise((done) => {
      clock.after(new BackOff(random).next(), done);
    });
  }

  #closeWhenIdle(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#surroundings.clock.after(ANONYMOUS_IDLE, () => {
      if (this.#connection && this.#connection.busy > 0) this.#closeWhenIdle();
      else this.#connection?.close();
    });
  }
}

/** What a relay that is about to stop, or not there, looks like. */
function mayPass(opened: ConnectOutcome): boolean {
  if (opened.outcome === 'refused') return opened.status === STATUS.unavailable;
  return opened.outcome === 'unreachable' && opened.reason === 'no-connection';
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
