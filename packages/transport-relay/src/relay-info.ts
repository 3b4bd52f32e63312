import { PATH, parseRelayInfo, type RelayInfo } from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { INFO_LIFETIME } from './limits.ts';
import { type Reply, readBody } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

export type InfoOutcome =
  | { readonly outcome: 'known'; readonly info: RelayInfo }
  /** What the relay, or its silence, said instead. */
  | { readonly outcome: 'unknown'; readonly reply: Reply };

/** Ask a relay what it is. An unreadable answer counts as none. */
export async function askInfo(ask: (ask: Ask) => Promise<Reply>): Promise<InfoOutcome> {
  const reply = await ask({ verb: 'GET', path: PATH.relayInfo });
  if (reply.outcome !== 'answered' || reply.status !== 200) return { outcome: 'unknown', reply };
  const info = readBody(reply, parseRelayInfo);
  return info ? { outcome: 'known', info } : { outcome: 'unknown', reply: { outcome: 'unanswered' } };
}

/** The same, remembered for a while. */
export class RelayInfoCache {
  readonly #clock: Surroundings['clock'];
  readonly #ask: (ask: Ask) => Promise<Reply>;
  #last: RelayInfo | undefined;
  #known: { readonly info: RelayInfo; readonly at: number } | undefined;

  constructor(clock: Surroundings['clock'], ask: (ask: Ask) => Promise<Reply>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** What it said last, however long ago. */
  get last(): RelayInfo | undefined {
    return this.#last;
  }

  forget(): void {
    this.#known = undefined;
  }

  async get(): Promise<InfoOutcome> {
    const known = this.#known;
    if (known && this.#clock.now() - known.at < INFO_LIFETIME) return { outcome: 'known', info: known.info };
    const asked = await askInfo(this.#ask);
    if (asked.outcome === 'known') {
      this.#last = asked.info;
      this.#known = { info: asked.info, at: this.#clock.now() };
    }
    return asked;
  }
}
