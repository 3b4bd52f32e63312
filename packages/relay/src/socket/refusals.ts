import { MAX_REFUSED_IN_A_ROW } from '../constants.ts';
import { busyPause, busyReply, type Reply } from '../http/call.ts';

/** What one client was told when there was no room for its requests. Times are of `performance.now()`. */
export class Refusals {
  #toldUntil = 0;
  #inARow = 0;

  /** It was told to come again later than now: what it sends all the same was not meant for now. */
  told(now: number): boolean {
    return now < this.#toldUntil;
  }

  /** It goes on sending and does not listen: what else it has sent is not worth reading. */
  get enough(): boolean {
    return this.#inARow >= MAX_REFUSED_IN_A_ROW;
  }

  admitted(): void {
    this.#inARow = 0;
  }

  /** Always the same time, until it has come: of several the client would wait for the last. */
  refuse(now: number, status?: number): Reply {
    if (!this.told(now)) this.#toldUntil = now + busyPause();
    this.#inARow += 1;
    return busyReply(status, this.#toldUntil - now);
  }
}
