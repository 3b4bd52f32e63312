import { type Bytes, toBase64 } from '@sotto/bytes';
import type { Access, Clock, Toil } from '@sotto/client';
import { solveWork, WORK_WINDOW_MINUTES } from '@sotto/crypto';
import { HEADER, type WorkPurpose } from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { MIN_RETRY_AFTER } from './limits.ts';
import type { RelayInfoCache } from './relay-info.ts';
import type { Answer, Reply } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

/** What a relay says to work that it does not take: 401, as to a wrong access key, or 428 "proof required". */
const WORK_REFUSED: readonly number[] = [401, 428];

export type WorkOutcome =
  | { readonly outcome: 'paid'; readonly work: string }
  /** The signal came first. */
  | { readonly outcome: 'aborted' };

/** Do the work a relay asks for. A readable price is one that can be paid: `parseRelayInfo` bounds it. */
export async function payWork(
  { clock, random }: Pick<Surroundings, 'random'> & { readonly clock: Pick<Clock, 'now'> },
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

export function isWorkRefused(reply: Reply): reply is Answer {
  return reply.outcome === 'answered' && WORK_REFUSED.includes(reply.status);
}

/**
 * The clock of who gave this answer, or ours where it told none. Work says its minute, and ours may be days
 * off. It is for the next try only: remembered, it would be a mark by which a relay that tells everybody
 * another time knew an anonymous connection again.
 */
export function clockOf({ time }: Answer, ours: Pick<Clock, 'now'>): Pick<Clock, 'now'> {
  if (time === undefined) return ours;
  const ahead = time - ours.now();
  return { now: () => ours.now() + ahead };
}

const COME_AGAIN = { status: 429, retryAfter: MIN_RETRY_AFTER } as const;

/** Whether work of this clock's minute is too old, or not yet due, for who gave the answer. */
function isApart({ time }: Answer, clock: Pick<Clock, 'now'>): boolean {
  return time !== undefined && Math.abs(time - clock.now()) >= (WORK_WINDOW_MINUTES / 2) * 60_000;
}

/** One job at a time, so that many strangers do not take the whole machine. */
export class WorkTurns {
  #working: Promise<unknown> = Promise.resolve();

  take<Result>(job: () => Promise<Result>): Promise<Result> {
    const mine = this.#working.then(job);
    this.#working = mine.catch(() => undefined);
    return mine;
  }
}

export interface PaidAskerRequest extends Pick<Surroundings, 'clock' | 'random'> {
  readonly ask: (ask: Ask) => Promise<Reply>;
  /** What the relay that is asked says of itself. */
  readonly info: RelayInfoCache;
  readonly turns: WorkTurns;
  /** Ends work in progress. */
  readonly signal: AbortSignal;
  /** A relay that asks for more leading zero bits is not worked for. */
  readonly mostBits?: number;
}

/** Asks what only contacts may ask for free: with their access key, or with work. */
export class PaidAsker {
  readonly #request: PaidAskerRequest;

  constructor(request: PaidAskerRequest) {
    this.#request = request;
  }

  /** A stranger's refused work is done once more, at the price asked now and by the clock of who refused it. */
  async ask(
    { access, toil = () => undefined }: { readonly access: Access; readonly toil?: Toil | undefined },
    purpose: 'keys' | 'request',
    target: Bytes,
    ask: Ask,
  ): Promise<Reply> {
    if (access.kind === 'contact') {
      return this.#request.ask(withHeader(ask, HEADER.accessKey, toBase64(access.accessKey)));
    }
    const { clock, info } = this.#request;
    const reply = await this.#askWithWork({ purpose, target, toil }, ask, clock);
    if (!isWorkRefused(reply)) return reply;
    info.forget();
    const theirs = clockOf(reply, clock);
    const again = await this.#askWithWork({ purpose, target, toil }, ask, theirs);
    // A clock was set meanwhile, theirs or ours: this says nothing about the next try.
    return isWorkRefused(again) && isApart(again, theirs) ? { ...again, ...COME_AGAIN } : again;
  }

  async #askWithWork(
    { purpose, target, toil }: { purpose: 'keys' | 'request'; target: Bytes; toil: Toil },
    ask: Ask,
    clock: Pick<Clock, 'now'>,
  ): Promise<Reply> {
    const { info, random, turns, signal, mostBits = Number.POSITIVE_INFINITY } = this.#request;
    const known = await info.get();
    if (known.outcome !== 'known') return unlessUnknown(known.reply);
    const terms = { purpose, target, bits: known.info.workBits[purpose] };
    if (terms.bits > mostBits) return { outcome: 'unanswered' };
    toil(true);
    const paid = await turns.take(() => payWork({ clock, random }, terms, signal)).finally(() => toil(false));
    if (paid.outcome === 'aborted') return { outcome: 'unanswered' };
    return this.#request.ask(withHeader(ask, HEADER.work, paid.work));
  }
}

/** That the relay did not say its price is no answer to the request itself, unless it wants peace. */
function unlessUnknown(reply: Reply): Reply {
  return reply.outcome === 'answered' && reply.status === 429 ? reply : { outcome: 'unanswered' };
}

function withHeader(ask: Ask, name: string, value: string): Ask {
  return { ...ask, headers: { ...ask.headers, [name]: value } };
}
