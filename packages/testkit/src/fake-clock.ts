/** A clock that stands still until it is told otherwise. Has the shape of the client's `Clock`. */
export interface FakeClock {
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
  /** Move on by so many milliseconds, firing timers in order and letting everything they cause happen. */
  advance(milliseconds: number): Promise<void>;
  /** Move to the next timer and fire it; false when there is none. */
  next(): Promise<boolean>;
  /** Timers that have neither fired nor been cancelled. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** @param start milliseconds since the epoch */
export function createFakeClock(start = 1_800_000_000_000): FakeClock {
  let now = start;
  const timers = new Set<Timer>();

  function earliest(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) if (found === undefined || timer.at < found.at) found = timer;
    return found;
  }

  async function fire(timer: Timer): Promise<void> {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.callback();
    await quiet();
  }

  return {
    now: () => now,
    after(milliseconds, callback) {
      const timer = { at: now + Math.max(0, milliseconds), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await quiet();
      for (let timer = earliest(); timer !== undefined && timer.at <= end; timer = earliest()) {
        await fire(timer);
      }
      now = end;
    },
    async next() {
      await quiet();
      const timer = earliest();
      if (timer === undefined) return false;
      await fire(timer);
      return true;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Resolves when every promise that could go on without a timer or the outside has done so. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
