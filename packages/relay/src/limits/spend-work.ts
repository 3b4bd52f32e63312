import type { Bytes } from '@sotto/bytes';
import { checkWork as checkWorkBits, WORK_WINDOW_MINUTES } from '@sotto/crypto';
import type { Work } from '@sotto/database';
import { HEADER, type Headers, type WorkPurpose } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { spendStamp } from '../store/once.ts';

/** Work that has been checked and not yet spent. */
export interface CheckedWork {
  readonly stamp: string;
  readonly expiresAt: number;
}

/**
 * A stamp is remembered for the whole width of clocks that its minute may have come from. The window
 * counts whole minutes, so its last one is good until it ends.
 */
const STAMP_LIFETIME = (2 * WORK_WINDOW_MINUTES + 1) * 60 * 1000;

/** What work is for. */
export interface WorkFor {
  readonly purpose: WorkPurpose;
  readonly target: Bytes;
}

/** The work a call carries for a purpose and target, or undefined when it carries none that holds. */
export function checkWorkOf(
  context: RelayContext,
  headers: Headers,
  terms: WorkFor,
): CheckedWork | undefined {
  const work = headers.get(HEADER.work);
  return work === undefined ? undefined : checkWork(context, work, terms);
}

/** The same of work that stands elsewhere. */
export function checkWork(
  { now, workBits, events }: RelayContext,
  work: string,
  { purpose, target }: WorkFor,
): CheckedWork | undefined {
  const time = now();
  const outcome = checkWorkBits({ work, purpose, target, bits: workBits[purpose], now: time });
  if (outcome.outcome === 'refused') {
    events.count('work-refused');
    return undefined;
  }
  return { stamp: outcome.stamp, expiresAt: time + STAMP_LIFETIME };
}

/** Spend it, durably, so that a restart does not make it new. False when it was spent before. */
export function spendWork({ stamp, expiresAt }: CheckedWork): Work<boolean> {
  return spendStamp(stamp, expiresAt);
}
