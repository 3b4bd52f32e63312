import { row, run, type Work } from '@sotto/database';

/**
 * How many codes were sent to phones, hour by hour, as steps of the store's writes. They cost money: neither a restart
 * nor another process of this relay may forget them.
 */

const HOUR = 60 * 60 * 1000;

/** Milliseconds until the next hour of the clock begins. */
export function untilNextHour(now: number): number {
  return HOUR - (now % HOUR);
}

/** Count one more in the hour of `now`. False when there were `most` in it already. */
export function* countCode(now: number, most: number): Work<boolean> {
  if (most < 1) return false;
  const counted = yield* row(
    `INSERT INTO code_count (hour, codes) VALUES (?, 1)
     ON CONFLICT (hour) DO UPDATE SET codes = code_count.codes + 1 WHERE code_count.codes < ? RETURNING 1 AS one`,
    [hourOf(now), most],
  );
  return counted !== undefined;
}

/** Hours that are over. */
export function* forgetCodeCounts(now: number): Work<void> {
  yield* run('DELETE FROM code_count WHERE hour < ?', [hourOf(now)]);
}

function hourOf(now: number): number {
  return Math.floor(now / HOUR);
}
