import type { Core } from '../core/core.ts';
import type { AccountState } from '../ports/store.ts';

/**
 * The time that names the next message: now, or a millisecond after the last one when the clock stands or
 * went back. The caller writes it back as `lastSentAt` in the same unit.
 */
export function nextSentAt(core: Core, own: AccountState): number {
  return Math.max(core.clock.now(), own.lastSentAt + 1);
}
