import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import { failMessage } from './fail-message.ts';

/**
 * Take everything back that waits for one account, receipts owed to it included. Its texts are marked as
 * failed with `problem`; without one the caller deletes the chat anyway. What is written next does not
 * wait behind what is gone.
 */
export async function dropOutgoing(
  core: Core,
  work: Work,
  to: AccountKey,
  problem: Problem | undefined,
): Promise<void> {
  for (const entry of await core.store.outbox()) {
    if (entry.to !== to) continue;
    work.change({ kind: 'delete-outbox', id: entry.id });
    if (problem !== undefined) await failMessage(core, work, entry, problem);
  }
  for (const receipt of await core.store.receiptsDue(Number.MAX_SAFE_INTEGER)) {
    const { kind, message } = receipt;
    if (receipt.to === to) work.change({ kind: 'delete-receipt', message, receipt: kind });
  }
  work.after(() => {
    core.signals.wake(to);
    return undefined;
  });
}
