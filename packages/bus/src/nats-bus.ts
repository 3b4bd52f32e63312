import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthorizationError,
  type ConnectionOptions,
  connect,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import type { Bytes } from '@sotto/bytes';
import type { BellListener, Bus } from './bus.ts';
import {
  CLOSE_TIMEOUT,
  CONFIRM_AFTER,
  CONNECT_TIMEOUT,
  FIRST_PAUSE,
  LONGEST_PAUSE,
  MAX_BELL_BYTES,
  MOST_UNCONFIRMED,
  PING_INTERVAL,
} from './constants.ts';
import { BusError } from './errors.ts';
import { checkPayload, checkSubject, Listeners } from './listeners.ts';
import { type NatsTarget, parseNatsUrl } from './nats-url.ts';

/** Whether bells from and to other processes are heard. */
export type BusState =
  /** From now on; who listens looks once, for what was rung before. */
  { readonly state: 'up' } | { readonly state: 'down'; readonly reason: 'unreachable' | 'not-authorized' };

export interface NatsBusOptions {
  /** See `parseNatsUrl`. */
  readonly url: string;
  /** Before every subject at the server, so that several may share it: letters and digits. */
  readonly prefix?: string;
  readonly onState?: (state: BusState) => void;
}

/**
 * Bells through NATS, https://docs.nats.io/reference/reference-protocols/nats-protocol. Connects by itself and for ever
 * again; meanwhile bells are heard in this process only. Throws BusError `bad-url`, or `refused` for a prefix.
 */
export function openNatsBus({ url, prefix = 'sotto', onState = () => undefined }: NatsBusOptions): Bus {
  if (!/^[A-Za-z0-9]+$/.test(prefix)) throw new BusError('refused', 'a prefix is letters and digits');
  return new NatsBus(parseNatsUrl(url), prefix, onState);
}

class NatsBus implements Bus {
  readonly #target: NatsTarget;
  readonly #prefix: string;
  readonly #onState: (state: BusState) => void;
  readonly #listeners = new Listeners();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #closing = new AbortController();
  readonly #loop: Promise<void>;
  #connection: NatsConnection | undefined;
  #unconfirmed = 0;
  #isConfirming = false;
  #told: string | undefined;

  constructor(target: NatsTarget, prefix: string, onState: (state: BusState) => void) {
    this.#target = target;
    this.#prefix = prefix;
    this.#onState = onState;
    this.#loop = this.#keepConnected();
  }

  publish(subject: string, payload: Bytes): void {
    checkSubject(subject);
    checkPayload(payload);
    this.#listeners.ring(subject, payload);
    const connection = this.#connection;
    if (connection === undefined || this.#unconfirmed >= MOST_UNCONFIRMED) return;
    ignoringTrouble(() => connection.publish(`${this.#prefix}.${subject}`, payload));
    this.#unconfirmed++;
    if (this.#unconfirmed >= CONFIRM_AFTER && !this.#isConfirming) this.#confirm(connection);
  }

  subscribe(subject: string, listener: BellListener): () => void {
    checkSubject(subject);
    if (this.#closing.signal.aborted) return () => undefined;
    const isFirst = !this.#listeners.has(subject);
    const end = this.#listeners.add(subject, listener);
    if (isFirst) this.#ask(subject);
    return () => {
      if (end()) this.#askNoMore(subject);
    };
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return this.#loop;
    const connection = this.#connection;
    this.#listeners.clear();
    this.#closing.abort();
    if (connection !== undefined) {
      await Promise.race([connection.flush(), delay(CLOSE_TIMEOUT, undefined, { ref: false })]).catch(
        () => undefined,
      );
      await connection.close();
    }
    return this.#loop;
  }

  async #keepConnected(): Promise<void> {
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      try {
        const connection = await connect(optionsFor(this.#target));
        if (this.#closing.signal.aborted) return await connection.close();
        await this.#begin(connection);
        failures = 0;
        await connection.closed();
        this.#end('unreachable');
      } catch (error) {
        this.#end(error instanceof AuthorizationError ? 'not-authorized' : 'unreachable');
      }
      await this.#pause(failures);
    }
  }

  /** What is rung elsewhere after it is told that this is up, is heard: the server has confirmed what we ask for. */
  async #begin(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    for (const subject of this.#listeners.subjects) this.#ask(subject);
    await connection.flush();
    this.#tell({ state: 'up' });
  }

  #end(reason: 'unreachable' | 'not-authorized'): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#unconfirmed = 0;
    this.#isConfirming = false;
    this.#subscriptions.clear();
    // It may have failed half way.
    void connection?.close().catch(() => undefined);
    if (!this.#closing.signal.aborted) this.#tell({ state: 'down', reason });
  }

  /** Once, until it is otherwise. */
  #tell(state: BusState): void {
    const told = Object.values(state).join();
    if (told === this.#told) return;
    this.#told = told;
    this.#onState(state);
  }

  async #pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
    const { signal } = this.#closing;
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }

  #ask(subject: string): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    ignoringTrouble(() => {
      const subscription = connection.subscribe(`${this.#prefix}.${subject}`, {
        callback: (error, { data }) => {
          if (error !== null || data.length > MAX_BELL_BYTES) return;
          // Not the whole packet of which it is a part.
          this.#listeners.ring(subject, new Uint8Array(data));
        },
      });
      this.#subscriptions.set(subject, subscription);
    });
  }

  #askNoMore(subject: string): void {
    const subscription = this.#subscriptions.get(subject);
    this.#subscriptions.delete(subject);
    ignoringTrouble(() => subscription?.unsubscribe());
  }

  /** The answer comes behind all that was rung before: so much has left. */
  #confirm(connection: NatsConnection): void {
    const sent = this.#unconfirmed;
    this.#isConfirming = true;
    const confirmed = (): void => {
      if (this.#connection !== connection) return;
      this.#unconfirmed -= sent;
      this.#isConfirming = false;
      if (this.#unconfirmed >= CONFIRM_AFTER) this.#confirm(connection);
    };
    // Without an answer the connection ends, and another one begins to count.
    connection.flush().then(confirmed, () => undefined);
  }
}

function optionsFor({ server, user, password, token, tls }: NatsTarget): ConnectionOptions {
  return {
    ...{ servers: server, name: 'sotto', timeout: CONNECT_TIMEOUT, noAsyncTraces: true },
    // Its own way to connect again keeps what is rung meanwhile, without a bound.
    ...{ reconnect: false, ignoreClusterUpdates: true },
    // Who listens here has heard it already.
    noEcho: true,
    ...{ pingInterval: PING_INTERVAL, maxPingOut: 1 },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls: tls as NonNullable<ConnectionOptions['tls']> }),
  };
}

/** The driver throws when its connection has just ended: then the bell is lost, and nobody need know. */
function ignoringTrouble(ring: () => void): void {
  try {
    ring();
  } catch {
    // Heard of where the connection is awaited.
  }
}
