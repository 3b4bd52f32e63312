import { STATUS } from '@sotto/protocol';
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

/** A relay as those ask it who do not say who they are. */
export interface AnonymousRelay {
  ask(ask: Ask): Promise<Reply>;
  readonly paid: PaidAsker;
}

/**
 * A relay asked through the onion network, such as one that somebody's record names: it does not learn who
 * asks, and nothing is dialled from here.
 */
export class ForeignRelay implements AnonymousRelay {
  /** Asks as at one's own relay: with an access key, or with work at this relay's price. */
  readonly paid: PaidAsker;
  readonly #request: ForeignRelayRequest;

  constructor(request: ForeignRelayRequest) {
    this.#request = request;
    const ask = (asked: Ask) => this.ask(asked);
    const info = new RelayInfoCache(request.clock, ask);
    this.paid = new PaidAsker({ ...request, ask, info, mostBits: MAX_FOREIGN_WORK_BITS });
  }

  async ask({ verb, path, headers = {}, body }: Ask): Promise<Reply> {
    if ((body?.length ?? 0) > MAX_BODY) return refusedHere(STATUS.tooLarge);
    const request = { method: verb, endpoint: path, headers, ...(body && { body }) };
    const answered = await this.#unlessClosing(request);
    if (answered.outcome !== 'answered') return answered;
    // Its clock and the network's are apart: no answer to the request, and not for good.
    if (answered.status === STATUS.wrongTime) return { outcome: 'unanswered' };
    return replyOf(answered.status, new Map(Object.entries(answered.headers)), answered.body);
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
