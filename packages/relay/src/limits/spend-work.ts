import type { Bytes } from '@sotto/bytes';
import { checkWork, WORK_WINDOW_MINUTES } from '@sotto/crypto';
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

/** The work a call carries for a purpose and target, or undefined when it carries none that holds. */
export function checkWorkOf(
  context: RelayContext,
  headers: Headers,
  { purpose, target }: { readonly purpose: WorkPurpose; readonly target: Bytes },
): CheckedWork | undefined {
  const work = headers.get(HEADER.work);
  if (work === undefined) return undefined;
  const now = context.now();
  const outcome = checkWork({ work, purpose, target, bits: context.workBits[purpose], now });
  if (outcome.outcome === 'refused') {
    context.events.count('work-refused');
    return undefined;
  }
  return { stamp: outcome.stamp, expiresAt: now + STAMP_LIFETIME };
}

/** Spend it, durably, so that a restart does not make it new. False when it was spent before. */
export function spendWork({ stamp, expiresAt }: CheckedWork): Work<boolean> {
  return spendStamp(stamp, expiresAt);
}
