import { FAILURE_WINDOW, MAX_FAILURES } from '../constants.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Clock } from '../ports/system.ts';

/** How often mail of one sender may fail to open before it is refused unopened. */
export interface FailureBudget {
  isSpent(sender: AccountKey): boolean;
  count(sender: AccountKey): void;
}

/** Senders remembered; those who began first are forgotten first, who would soon be forgiven anyway. */
const MAX_SENDERS = 1_000;

/**
 * A message that claims to be thousands ahead costs its recipient 70 ms before it proves false (threats
 * C12), and nobody but the sender named in a seal can have made it: so its sender pays for it. Forgotten
 * at the end of a run, and an hour after the first failure.
 */
export function createFailureBudget(clock: Clock): FailureBudget {
  const senders = new Map<AccountKey, { readonly since: number; failures: number }>();

  function find(sender: AccountKey) {
    const found = senders.get(sender);
    // Either way, so that a clock that jumps shuts nobody out for longer.
    if (found === undefined || Math.abs(clock.now() - found.since) < FAILURE_WINDOW) return found;
    senders.delete(sender);
    return undefined;
  }

  return {
    isSpent: (sender) => (find(sender)?.failures ?? 0) >= MAX_FAILURES,
    count(sender) {
      const found = find(sender);
      if (found !== undefined) {
        found.failures++;
        return;
      }
      senders.set(sender, { since: clock.now(), failures: 1 });
      const [oldest] = senders.keys();
      if (senders.size > MAX_SENDERS && oldest !== undefined) senders.delete(oldest);
    },
  };
}
