import { BACK_OFF_FIRST, BACK_OFF_LAST, BUSY_LAST } from '../constants.ts';
import type { RandomBytes } from '../ports/system.ts';

/**
 * How long to wait after the n-th failure (from 1), in milliseconds: doubling up to a minute, of which a
 * random half is taken off so that many clients do not return together.
 */
export function backOff(attempts: number, random: RandomBytes): number {
  const [byte = 0] = random(1);
  const full = Math.min(BACK_OFF_LAST, BACK_OFF_FIRST * 2 ** Math.min(attempts - 1, 16));
  return Math.ceil(full * (1 - byte / 512));
}

/**
 * As long as the road asks for, within reason (`BUSY_LAST`), and not less than our own pause. A road asks in
 * whole seconds: up to one more, at random, so that all who were told the same do not return together.
 */
export function busyPause(retryAfter: number, attempts: number, random: RandomBytes): number {
  const asked = Number.isFinite(retryAfter) ? Math.min(Math.max(0, retryAfter), BUSY_LAST - SECOND) : 0;
  const [byte = 0] = random(1);
  return Math.max(asked + Math.floor((byte * SECOND) / 256), backOff(attempts, random));
}

const SECOND = 1_000;
