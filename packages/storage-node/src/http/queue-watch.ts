import { STANDING_QUEUE } from '../constants.ts';

/** Answers that came in one stretch of time, without long polls. */
interface Stretch {
  readonly begun: number;
  quick: number;
  slow: number;
}

/**
 * Notices by its answers that a path does less than is asked of it: when hardly any is quick although there are
 * many, each has waited in a queue for the others. Answers that take as long as long polls do say nothing.
 */
export class QueueWatch {
  readonly #now: () => number;
  #last: Stretch;
  #present: Stretch;

  /** `now` in milliseconds, of a clock that does not jump. */
  constructor(now: () => number) {
    this.#now = now;
    this.#last = stretchFrom(now());
    this.#present = stretchFrom(now());
  }

  answered(milliseconds: number): void {
    if (milliseconds >= STANDING_QUEUE.poll) return;
    this.#turn();
    if (milliseconds < STANDING_QUEUE.quick) this.#present.quick += 1;
    else this.#present.slow += 1;
  }

  /** True until what waits has become less. */
  get isStanding(): boolean {
    this.#turn();
    const { quick, slow } = this.#last;
    return slow >= STANDING_QUEUE.answers && quick * STANDING_QUEUE.slowToQuick <= slow;
  }

  #turn(): void {
    const now = this.#now();
    const passed = now - this.#present.begun;
    if (passed < STANDING_QUEUE.stretch) return;
    this.#last = passed < 2 * STANDING_QUEUE.stretch ? this.#present : stretchFrom(now);
    this.#present = stretchFrom(now);
  }
}

function stretchFrom(begun: number): Stretch {
  return { begun, quick: 0, slow: 0 };
}
