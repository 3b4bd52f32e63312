/** Milliseconds: a program that ends is started again after the first, each time after twice as long up to the longest. */
const PAUSE = { first: 500, longest: 30_000 } as const;

/** Milliseconds. Whoever has run for so long has not failed for the reason for which it failed before. */
const RAN_WELL = 60_000;

/** How long to wait before a program is started again that ended by itself. */
export class RestartPause {
  #next: number = PAUSE.first;

  /** After it ran for so long, milliseconds. */
  after(ran: number): number {
    if (ran >= RAN_WELL) this.#next = PAUSE.first;
    const pause = this.#next;
    this.#next = Math.min(2 * pause, PAUSE.longest);
    return pause;
  }
}
