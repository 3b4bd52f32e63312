import type { Clock } from '@sotto/client';
import { HEADER, STATUS } from '@sotto/protocol';
import type { AskServer, ServerAddress } from './ask-server.ts';
import type { Ask } from './connection.ts';
import { MAX_BODY, MAX_FOREIGN_WORK_BITS } from './limits.ts';
import { PaidAsker, type PaidAskerRequest } from './pay-work.ts';
import { RelayInfoCache } from './relay-info.ts';
import { type Reply, refusedHere, replyOf } from './reply.ts';

export interface ForeignRelayRequest extends Omit<PaidAskerRequest, 'ask' | 'info' | 'mostBits'> {
  readonly server: ServerAddress;
  readonly through: AskServer;
}

const MINUTE = 60_000;

/**
 * A relay that somebody's record names, asked through the onion network: it does not learn who asks,
 * and nothing is dialled from here. Requests say their minute inside the encryption, because the last
 * hop can change all that is outside of it, and send one again later.
 */
export class ForeignRelay {
  /** Asks as at one's own relay: with an access key, or with work at this relay's price. */
  readonly paid: PaidAsker;
  readonly #request: ForeignRelayRequest;
  /** As this relay's clock has it, so that ours may be wrong. */
  readonly #clock: Clock;
  #ahead = 0;

  constructor(request: ForeignRelayRequest) {
    this.#request = request;
    const { clock } = request;
    this.#clock = { now: () => clock.now() + this.#ahead, after: clock.after };
    const ask = (asked: Ask) => this.#ask(asked);
    const info = new RelayInfoCache(this.#clock, ask);
    this.paid = new PaidAsker({
      ...request,
      clock: this.#clock,
      ask,
      info,
      mostBits: MAX_FOREIGN_WORK_BITS,
    });
  }

  async #ask(ask: Ask): Promise<Reply> {
    if ((ask.body?.length ?? 0) > MAX_BODY) return refusedHere(STATUS.tooLarge);
    const first = await this.#askOnce(ask);
    if (first !== 'wrong-time') return first;
    const second = await this.#askOnce(ask);
    return second === 'wrong-time' ? { outcome: 'unanswered' } : second;
  }

  async #askOnce({ verb, path, headers = {}, body }: Ask): Promise<Reply | 'wrong-time'> {
    const minute = Math.floor(this.#clock.now() / MINUTE);
    const answered = await this.#unlessClosing({
      method: verb,
      endpoint: path,
      headers: { ...headers, [HEADER.minute]: String(minute) },
      ...(body && { body }),
    });
    if (answered.outcome !== 'answered') return answered;
    const all = new Map(Object.entries(answered.headers));
    if (answered.status === STATUS.wrongTime) {
      return this.#learnTime(all.get(HEADER.timestamp)) ? 'wrong-time' : { outcome: 'unanswered' };
    }
    return replyOf(answered.status, all, answered.body);
  }

  #learnTime(said: string | undefined): boolean {
    const time = Number(said);
    if (said === undefined || !Number.isSafeInteger(time)) return false;
    this.#ahead = time - this.#request.clock.now();
    return true;
  }

  /** The onion road ends by itself; whoever waits here is told at once when this one does. */
  #unlessClosing(request: Parameters<AskServer>[1]): ReturnType<AskServer> {
    const { server, through, signal } = this.#request;
    return new Promise((resolve, reject) => {
      if (signal.aborted) resolve({ outcome: 'unanswered' });
      else {
        const close = () => resolve({ outcome: 'unanswered' });
        signal.addEventListener('abort', close);
        through(server, request)
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', close));
      }
    });
  }
}
