import { MAX_AHEAD_OF_TIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { AccountState } from '../ports/store.ts';

/**
 * The time that names the next message: now, or a millisecond after the last one when the clock stands or
 * went back. The caller writes it back as `lastSentAt` in the same unit.
 *
 * A clock that was far ahead once must not name all later messages: recipients refuse such times. When the
 * last one is further ahead than half of what they allow, counting goes on from now, at a time that names
 * no message yet.
 */
export async function nextSentAt(core: Core, own: AccountState): Promise<number> {
  const now = core.clock.now();
  const next = Math.max(now, own.lastSentAt + 1);
  if (next - now <= MAX_AHEAD_OF_TIME / 2) return next;
  let free = now;
  while ((await core.store.message({ author: own.account, device: own.device, sentAt: free })) !== undefined)
    free++;
  return free;
}
