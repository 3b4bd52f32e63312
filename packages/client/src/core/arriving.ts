import type { Arriving } from './work.ts';

/** Counts what is on its way to a unit of work and waits for nothing but its turn. */
export interface Arrivals extends Arriving {
  /** One more; call what is returned when it is there or will not come. Calling twice is once. */
  enter(): () => void;
}

export function createArrivals(): Arrivals {
  let near = 0;
  let waiting: (() => void)[] = [];

  function changed(): void {
    const told = waiting;
    waiting = [];
    for (const tell of told) tell();
  }

  return {
    isNear: () => near > 0,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    enter() {
      let isIn = true;
      near++;
      changed();
      return () => {
        if (!isIn) return;
        isIn = false;
        near--;
        changed();
      };
    },
  };
}
