import { quiet } from './fake-clock.ts';
import type { SeededRandom } from './seeded-random.ts';

/**
 * Decides in which order concurrent work goes on. Work stops at `point`; `run` lets one stopped piece
 * go on at a time, chosen by the seed, and lets it run to its next point before it chooses again.
 */
export interface Scheduler {
  point(): Promise<void>;
  /** Until nothing is stopped any more, or `stopWhen` says so; at most `limit` steps. */
  run(options?: { readonly limit?: number; readonly stopWhen?: () => boolean }): Promise<void>;
  /** From now on nothing stops. */
  release(): void;
  readonly steps: number;
}

export function createScheduler(random: SeededRandom): Scheduler {
  const stopped: (() => void)[] = [];
  let steps = 0;
  let released = false;
  return {
    point() {
      if (released) return Promise.resolve();
      return new Promise((resolve) => {
        stopped.push(resolve);
      });
    },
    async run({ limit = 100_000, stopWhen = () => false } = {}) {
      await quiet();
      for (let step = 0; step < limit && stopped.length > 0 && !stopWhen(); step++) {
        const [resume] = stopped.splice(random.integer(stopped.length), 1);
        steps++;
        resume?.();
        await quiet();
      }
    },
    release() {
      released = true;
      for (const resume of stopped.splice(0)) resume();
    },
    get steps() {
      return steps;
    },
  };
}
