import { ROAD_FAILURES, ROAD_PATIENCE, ROAD_RECOVERY } from '../constants.ts';
import type { Clock } from '../ports/system.ts';

export type Health = 'healthy' | 'unhealthy';

/** How a road answered one question. */
export type Answer =
  | 'answered'
  /** It said that it cannot be reached. */
  | 'failed'
  /** It said nothing for too long. */
  | 'unanswered';

/** What the choice between two roads goes by (design §1.4). Counts with timers only, so that no clock that jumps matters. */
export interface RoadHealth {
  readonly state: Health;
  /** The road begins to connect; `ailing` when it was in trouble so lately that it must be well for 60 s first. */
  begin(ailing?: boolean): void;
  up(): void;
  down(): void;
  heard(answer: Answer): void;
  /** No timer is left behind. */
  end(): void;
}

/**
 * Unhealthy when the road was not up for 5 s, did not answer for 5 s, or failed twice in a row; healthy again
 * when it has been up without any trouble for 60 s. A connection that drops for less than that is waited for.
 */
export function createRoadHealth(clock: Clock, onChange: (state: Health) => void): RoadHealth {
  let state: Health = 'healthy';
  let isUp = false;
  let failures = 0;
  let cancel: () => void = () => undefined;

  function set(next: Health): void {
    if (state === next) return;
    state = next;
    onChange(next);
  }

  /** The one timer: patience while healthy and not up, recovery while unhealthy and up. */
  function wait(): void {
    cancel();
    cancel = () => undefined;
    if (state === 'healthy' && !isUp) cancel = clock.after(ROAD_PATIENCE, sicken);
    if (state === 'unhealthy' && isUp) cancel = clock.after(ROAD_RECOVERY, recover);
  }

  function sicken(): void {
    set('unhealthy');
    wait();
  }

  function recover(): void {
    failures = 0;
    set('healthy');
    wait();
  }

  return {
    get state() {
      return state;
    },
    begin(ailing = false) {
      // Nobody has to be told: nothing has gone by it yet.
      if (ailing) state = 'unhealthy';
      wait();
    },
    up() {
      if (isUp) return;
      isUp = true;
      wait();
    },
    down() {
      if (!isUp) return;
      isUp = false;
      wait();
    },
    heard(answer) {
      failures = answer === 'answered' ? 0 : failures + 1;
      if (answer === 'unanswered' || failures >= ROAD_FAILURES) sicken();
      // Any trouble begins the minute anew.
      else if (answer === 'failed') wait();
    },
    end() {
      cancel();
    },
  };
}
