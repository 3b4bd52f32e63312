import { HOUR, SECOND } from '../constants.ts';
import type { Clock } from '../ports/system.ts';

/** Something that looks from time to time whether work is due, and does it. */
export interface Alarm {
  /** Look now: something may have become due, or due earlier. Cheap to call often. */
  look(): void;
  /** Resolves when the look that is under way, if any, has ended. */
  stop(): Promise<void>;
}

/** After a look that failed. */
const TRY_AGAIN = 10 * SECOND;
/** The least pause, so that a clock that jumps makes no busy loop. */
const SHORTEST = 50;

/**
 * @param work does what is due and returns the milliseconds until the next look, or undefined when only
 * a call of `look` can bring more.
 */
export function createAlarm(
  parts: { readonly clock: Clock; readonly log: (event: string, facts: Record<string, string>) => void },
  name: string,
  work: () => Promise<number | undefined>,
): Alarm {
  let cancel: (() => void) | undefined;
  let stopped = false;
  let busy = false;
  let again = false;
  const stopping: (() => void)[] = [];

  function schedule(wait: number | undefined): void {
    busy = false;
    if (stopped) for (const resolve of stopping) resolve();
    else if (again) look();
    else if (wait !== undefined) cancel = parts.clock.after(Math.min(HOUR, Math.max(SHORTEST, wait)), look);
  }

  function look(): void {
    cancel?.();
    cancel = undefined;
    again = busy;
    if (stopped || busy) return;
    busy = true;
    work().then(schedule, (error: unknown) => {
      parts.log('alarm-failed', { alarm: name, name: error instanceof Error ? error.name : 'unknown' });
      schedule(TRY_AGAIN);
    });
  }

  return {
    look,
    stop() {
      stopped = true;
      cancel?.();
      return new Promise((resolve) => {
        if (busy) stopping.push(resolve);
        else resolve();
      });
    },
  };
}
