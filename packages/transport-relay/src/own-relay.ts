import type { RelayAccess, RoadDistrust } from '@sotto/client';
import { isOnionKey, type RelayAddress } from '@sotto/identity';
import type { Absence } from './absence.ts';
import { AnonymousLine } from './anonymous-line.ts';
import { serverAt } from './choose-relay.ts';
import type { Ask } from './connection.ts';
import type { AnonymousRelay } from './foreign-relay.ts';
import type { ForeignRelays } from './foreign-relays.ts';
import { PaidAsker, type PaidAskerRequest } from './pay-work.ts';
import { RelayInfoCache } from './relay-info.ts';
import type { Reply } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

export interface OwnRelayRequest {
  readonly surroundings: Surroundings;
  readonly absence: Absence;
  readonly work: Omit<PaidAskerRequest, 'ask' | 'info' | 'mostBits'>;
  /** Without them it cannot be asked through the onion network. */
  readonly afar: ForeignRelays | undefined;
  /** As this device, on the connection that says so. */
  readonly askAsMyself: (ask: Ask) => Promise<Reply>;
  readonly onAttempt: (distrust: RoadDistrust | undefined) => void;
}

const unanswered = async (): Promise<Reply> => ({ outcome: 'unanswered' });

/**
 * The relay of this road, for what must not say who asks: on a connection that carries no credentials, or
 * through the onion network as any other relay. With `onion` there is no such connection (decision 0018).
 */
export class OwnRelay {
  /** What it says of itself. */
  readonly info: RelayInfoCache;
  readonly #request: OwnRelayRequest;
  readonly #near: AnonymousRelay;
  readonly #outOfReach: AnonymousRelay;
  readonly #asides = new Set<AnonymousLine>();
  #access: RelayAccess = 'direct';
  #line: AnonymousLine;
  #closed = false;

  constructor(request: OwnRelayRequest) {
    this.#request = request;
    this.#line = this.#newLine();
    const { clock } = request.surroundings;
    const ask = (asked: Ask) => this.#line.ask(asked);
    // Its key concerns nobody but its users: it may know who wants it, which a line of nobody's must not be opened for.
    this.info = new RelayInfoCache(clock, (asked) =>
      this.#access === 'direct' ? ask(asked) : request.askAsMyself(asked),
    );
    this.#near = { ask, paid: new PaidAsker({ ...request.work, ask, info: this.info }) };
    const info = new RelayInfoCache(clock, unanswered);
    this.#outOfReach = {
      ask: unanswered,
      paid: new PaidAsker({ ...request.work, ask: unanswered, info }),
    };
  }

  /** Why it could not be connected to last, where it is connected to. */
  get failure(): string | undefined {
    return this.#access === 'direct' ? this.#line.failure : undefined;
  }

  reach(access: RelayAccess): void {
    if (access === this.#access || this.#closed) return;
    this.#access = access;
    // A price that was told to this device must not be paid by nobody.
    this.info.forget();
    // What was met on a connection that nobody opens any more is no trouble.
    this.#request.onAttempt(undefined);
    if (access === 'direct') this.#line = this.#newLine();
    else this.#hangUp();
  }

  /** `named`: the relays of the record of whoever it is about, where one is known. */
  async for(named: readonly RelayAddress[] = []): Promise<AnonymousRelay> {
    if (this.#access === 'direct') return this.#near;
    const { afar, surroundings } = this.#request;
    const { relay } = surroundings;
    const onionKey = named.find(({ url }) => url === relay.url)?.onionKey ?? (await this.#key());
    const server = onionKey && serverAt(relay, { url: relay.url, onionKey });
    return server && afar ? afar.at(server) : this.#outOfReach;
  }

  /** As somebody else, who has asked nothing before. */
  async askAside(ask: Ask): Promise<Reply> {
    if (this.#closed) return { outcome: 'unanswered' };
    if (this.#access === 'onion') return (await this.for()).ask(ask);
    const { surroundings, absence } = this.#request;
    const line = new AnonymousLine(surroundings, absence);
    this.#asides.add(line);
    try {
      return await line.ask(ask);
    } finally {
      this.#asides.delete(line);
      line.close();
    }
  }

  close(): void {
    this.#closed = true;
    this.#hangUp();
  }

  #newLine(): AnonymousLine {
    const { surroundings, absence, onAttempt } = this.#request;
    return new AnonymousLine(surroundings, absence, (distrust) => {
      if (this.#access === 'direct') onAttempt(distrust);
    });
  }

  #hangUp(): void {
    this.#line.close();
    for (const line of this.#asides) line.close();
  }

  /** What it says that requests through the onion network are encrypted to. */
  async #key(): Promise<RelayAddress['onionKey']> {
    if (this.info.last === undefined) await this.info.get();
    const key = this.info.last?.onionKey;
    return key !== undefined && isOnionKey(key) ? key : undefined;
  }
}
