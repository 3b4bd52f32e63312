import { type Bytes, toBase64 } from '@sotto/bytes';
import type { Access } from '@sotto/client';
import { solveWork } from '@sotto/crypto';
import { HEADER, type WorkPurpose } from '@sotto/protocol';
import type { Ask } from './connection.ts';
import type { RelayInfoCache } from './relay-info.ts';
import type { Reply } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

/** What a relay says to work that it does not take: 401, as to a wrong access key, or 428 "proof required". */
const WORK_REFUSED: readonly number[] = [401, 428];

export type WorkOutcome =
  | { readonly outcome: 'paid'; readonly work: string }
  /** The signal came first. */
  | { readonly outcome: 'aborted' };

/** Do the work a relay asks for. A readable price is one that can be paid: `parseRelayInfo` bounds it. */
export async function payWork(
  { clock, random }: Pick<Surroundings, 'clock' | 'random'>,
  terms: { readonly purpose: WorkPurpose; readonly target: Bytes; readonly bits: number },
  signal: AbortSignal,
): Promise<WorkOutcome> {
  if (signal.aborted) return { outcome: 'aborted' };
  try {
    return { outcome: 'paid', work: await solveWork({ ...terms, now: clock.now, random, signal }) };
  } catch (error) {
    if (signal.aborted) return { outcome: 'aborted' };
    throw error;
  }
}

/** Asks what only contacts may ask for free: with their access key, or with work, one job at a time. */
export class PaidAsker {
  readonly #surroundings: Surroundings;
  readonly #info: RelayInfoCache;
  readonly #ask: (ask: Ask) => Promise<Reply>;
  readonly #abort = new AbortController();
  #working: Promise<unknown> = Promise.resolve();

  constructor(surroundings: Surroundings, info: RelayInfoCache, ask: (ask: Ask) => Promise<Reply>) {
    this.#surroundings = surroundings;
    this.#info = info;
    this.#ask = ask;
  }

  /** A stranger's refused work is done once more at the price asked now: it may have risen, or a clock moved on. */
  async ask(access: Access, purpose: 'keys' | 'request', target: Bytes, ask: Ask): Promise<Reply> {
    if (access.kind === 'contact') {
      return this.#ask(withHeader(ask, HEADER.accessKey, toBase64(access.accessKey)));
    }
    const reply = await this.#askWithWork(purpose, target, ask);
    if (reply.outcome !== 'answered' || !WORK_REFUSED.includes(reply.status)) return reply;
    this.#info.forget();
    return this.#askWithWork(purpose, target, ask);
  }

  close(): void {
    this.#abort.abort();
  }

  async #askWithWork(purpose: 'keys' | 'request', target: Bytes, ask: Ask): Promise<Reply> {
    const known = await this.#info.get();
    if (known.outcome !== 'known') return unlessUnknown(known.reply);
    const terms = { purpose, target, bits: known.info.workBits[purpose] };
    const paid = await this.#inTurn(() => payWork(this.#surroundings, terms, this.#abort.signal));
    if (paid.outcome === 'aborted') return { outcome: 'unanswered' };
    return this.#ask(withHeader(ask, HEADER.work, paid.work));
  }

  /** One job at a time, so that many strangers do not take the whole machine. */
  #inTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    const mine = this.#working.then(job);
    this.#working = mine.catch(() => undefined);
    return mine;
  }
}

/** That the relay did not say its price is no answer to the request itself, unless it wants peace. */
function unlessUnknown(reply: Reply): Reply {
  return reply.outcome === 'answered' && reply.status === 429 ? reply : { outcome: 'unanswered' };
}

function withHeader(ask: Ask, name: string, value: string): Ask {
  return { ...ask, headers: { ...ask.headers, [name]: value } };
}
