import { askTime } from './ask-time.ts';
import { DOUBT_COUNTS_FOR, FIRST_RESYNC_PAUSE, LAST_RESYNC_PAUSE, TIME_MOVED } from './limits.ts';
import type { Traveller } from './travel.ts';

/** What to make of a refusal for the sake of the time. */
export type ClockVerdict =
  /** Our time has changed since: ask again. */
  | 'moved'
  /** Only one has said so. Others should be asked before it is believed. */
  | 'hearsay'
  /** It is as it was: whoever refused had no reason. */
  | 'unmoved';

/** Who refuse us must be so many, once the time is known: one of them may lie. */
const DOUBTERS = 2;

/** Finds out what the time is when it is in doubt. No refusal moves it; only what distinct nodes say. */
export class ClockCheck {
  readonly #traveller: Traveller;
  /** When they refused our time, by our clock. */
  readonly #doubters = new Map<string, number>();
  #running: Promise<void> | undefined;
  #ranAt = Number.NEGATIVE_INFINITY;
  #pause = FIRST_RESYNC_PAUSE;

  constructor(traveller: Traveller) {
    this.#traveller = traveller;
  }

  /** Somebody refused a request that went by this offset. */
  async doubt(source: string, wentBy: number): Promise<ClockVerdict> {
    const { time, clock } = this.#traveller;
    const hasMoved = () => Math.abs(time.offset - wentBy) >= TIME_MOVED;
    if (hasMoved()) return 'moved';
    if (!this.#running) {
      const now = clock.now();
      for (const [each, since] of this.#doubters) {
        if (Math.abs(now - since) > DOUBT_COUNTS_FOR) this.#doubters.delete(each);
      }
      if (this.#doubters.size < DOUBTERS) this.#doubters.set(source, now);
      if (time.isKnown && this.#doubters.size < DOUBTERS) return 'hearsay';
      if (Math.abs(now - this.#ranAt) < this.#pause) return 'unmoved';
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
      });
    }
    await this.#running;
    return hasMoved() ? 'moved' : 'unmoved';
  }

  async #run(): Promise<void> {
    const { time, clock } = this.#traveller;
    const before = time.offset;
    const told = await askTime(this.#traveller);
    const moved = told !== undefined && time.relearn(told) && Math.abs(time.offset - before) >= TIME_MOVED;
    this.#pause = moved ? FIRST_RESYNC_PAUSE : Math.min(this.#pause * 2, LAST_RESYNC_PAUSE);
    this.#ranAt = clock.now();
    this.#doubters.clear();
  }
}
