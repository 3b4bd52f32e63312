import type { Collector, RoadStop } from '@sotto/client';
import { CLOSE, HEADER, PATH } from '@sotto/protocol';
import type { Absence } from './absence.ts';
import { BackOff } from './back-off.ts';
import { Collection } from './collection.ts';
import type { Ask, Connection, ConnectOutcome } from './connection.ts';
import { type Credentials, socketAuthorization } from './credentials.ts';
import { ANSWER_TIMEOUT, KEEP_ALIVE_EVERY, REDELIVER_AFTER, STABLE_AFTER } from './limits.ts';
import type { Reply } from './reply.ts';
import { connectTo, distrustOf, replyToFailure, type Surroundings } from './surroundings.ts';

/**
 * The authenticated connection: mail comes in on it, and what concerns one's own account is asked on
 * it. Kept up until `close`, or until the relay says that this device may not come back.
 */
export class MailLine {
  readonly #surroundings: Surroundings;
  readonly #absence: Absence;
  readonly #credentials: Credentials;
  readonly #collector: Collector;
  readonly #backOff: BackOff;
  readonly #waiting = new Set<(connection: Connection | undefined) => void>();
  readonly #timers = new Set<() => void>();
  #connection: Connection | undefined;
  #ended = false;
  #stopped: RoadStop | undefined;

  constructor(surroundings: Surroundings, absence: Absence, credentials: Credentials, collector: Collector) {
    this.#surroundings = surroundings;
    this.#absence = absence;
    this.#credentials = credentials;
    this.#collector = collector;
    this.#backOff = new BackOff(surroundings.random);
    void this.#connect();
  }

  /** Why this device may not come back, once it may not. */
  get stopped(): RoadStop | undefined {
    return this.#stopped;
  }

  /** Ask as this device. While there is no connection it waits for one, as long as for an answer. */
  async ask(ask: Ask): Promise<Reply> {
    const reply = await this.#askNow(ask);
    return reply ?? (await this.#askNow(ask)) ?? { outcome: 'unanswered' };
  }

  /** Undefined where the relay went away instead of doing it. */
  async #askNow(ask: Ask): Promise<Reply | undefined> {
    const connection = this.#connection ?? (await this.#connected());
    if (connection === undefined) return { outcome: 'unanswered' };
    const reply = await this.#askOn(connection, ask);
    return reply.outcome === 'unanswered' && connection.wentAway ? undefined : reply;
  }

  close(): void {
    this.#end();
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    if (this.#ended) return;
    let lostEarly: number | undefined;
    let established = false;
    const collection = new Collection(this.#collector, this.#credentials.aci, () =>
      this.#fetchAgain(connection),
    );
    let connection: Connection | undefined;
    const headers = {
      [HEADER.authorization]: socketAuthorization(this.#credentials),
      [HEADER.receiveStories]: 'false',
    };
    const opened = await connectTo(
      this.#surroundings,
      {
        onRequest: (request, answer) => collection.take(request, answer),
        onClose: (code) => {
          if (established) this.#lost(code, openedAt);
          else lostEarly = code;
        },
      },
      headers,
    );
    const openedAt = this.#surroundings.clock.now();
    if (opened.outcome !== 'open') {
      this.#failed(opened);
      return;
    }
    connection = opened.connection;
    if (this.#ended) {
      connection.close();
      return;
    }
    established = true;
    this.#absence.end();
    this.#connection = connection;
    this.#collector.connected();
    if (lostEarly !== undefined) {
      this.#lost(lostEarly, openedAt);
      return;
    }
    connection.begin();
    this.#keepAlive(connection);
    for (const resume of this.#waiting) resume(connection);
  }

  #failed(failure: Exclude<ConnectOutcome, { outcome: 'open' }>): void {
    if (this.#ended) return;
    if (failure.outcome === 'refused' && (failure.status === 401 || failure.status === 403)) {
      this.#stop('credentials-revoked');
    } else {
      // Every time: whoever listens counts how often it failed.
      this.#collector.disconnected(distrustOf(failure));
      const reply = replyToFailure(failure);
      if (this.#absence.announced) this.#backOff.reset();
      this.#connectAfter(this.#backOff.next(reply.outcome === 'answered' ? reply.retryAfter : 0));
    }
  }

  #lost(code: number, openedAt: number): void {
    this.#connection = undefined;
    this.#absence.heard(code);
    this.#clearTimers();
    this.#collector.disconnected();
    if (this.#ended) return;
    if (code === CLOSE.credentialsRevoked) this.#stop('credentials-revoked');
    else if (code === CLOSE.connectedElsewhere) this.#stop('connected-elsewhere');
    else {
      const wasGood = this.#surroundings.clock.now() - openedAt >= STABLE_AFTER;
      if (wasGood || this.#absence.announced) this.#backOff.reset();
      this.#connectAfter(this.#backOff.next());
    }
  }

  #stop(reason: RoadStop): void {
    this.#stopped = reason;
    this.#end();
    this.#collector.stopped(reason);
  }

  #end(): void {
    this.#ended = true;
    this.#clearTimers();
    for (const resume of this.#waiting) resume(undefined);
  }

  /** A relay hands an unanswered envelope over again on the next connection only. */
  #fetchAgain(connection: Connection | undefined): void {
    this.#after(REDELIVER_AFTER, () => connection?.close());
  }

  #keepAlive(connection: Connection): void {
    this.#after(KEEP_ALIVE_EVERY, () => {
      // Unanswered, the connection closes itself.
      void this.#askOn(connection, { verb: 'GET', path: PATH.keepAlive });
      if (!connection.closed) this.#keepAlive(connection);
    });
  }

  /** What carries nothing there shows how long the way is. */
  async #askOn(connection: Connection, ask: Ask): Promise<Reply> {
    const { clock } = this.#surroundings;
    const asked = clock.now();
    const reply = await connection.ask(ask);
    if (reply.outcome === 'answered' && ask.verb === 'GET' && connection === this.#connection) {
      this.#collector.measured?.(Math.max(0, clock.now() - asked));
    }
    return reply;
  }

  #connectAfter(pause: number): void {
    this.#after(pause, () => void this.#connect());
  }

  #connected(): Promise<Connection | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const resume = (connection: Connection | undefined) => {
        this.#waiting.delete(resume);
        cancel();
        resolve(connection);
      };
      const cancel = this.#surroundings.clock.after(ANSWER_TIMEOUT, () => resume(undefined));
      this.#waiting.add(resume);
    });
  }

  #after(milliseconds: number, callback: () => void): void {
    const cancel = this.#surroundings.clock.after(milliseconds, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }

  #clearTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
