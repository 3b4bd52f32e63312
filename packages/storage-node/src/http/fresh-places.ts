import { clientAt, FairShare } from '@sotto/limits';

/**
 * Places for requests that have come a moment ago, a fair share for each address. Whoever has waited for longer
 * waits for mail and not for work, as far as can be told from outside, and holds no place.
 */
export class FreshPlaces {
  readonly #share: FairShare;
  readonly #milliseconds: number;

  constructor(places: number, milliseconds: number) {
    this.#share = new FairShare(places);
    this.#milliseconds = milliseconds;
  }

  /** What gives the place back; `undefined` when there is none. */
  enter(address: string): (() => void) | undefined {
    if (!this.#share.take(clientAt(address))) return undefined;
    let held = true;
    const leave = (): void => {
      clearTimeout(timer);
      if (held) this.#share.giveBack(address);
      held = false;
    };
    const timer = setTimeout(leave, this.#milliseconds).unref();
    return leave;
  }
}
