import { RECEIPT_DELAY, RECEIPT_SPREAD } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, MessageId, ReceiptKind } from '../ports/store.ts';

/**
 * Owe a receipt, due 5 to 15 seconds from now at random (design §2): whoever watches the road
 * cannot match what came in with what goes out. Receipts to one account are gathered while that keeps
 * the least delay. Only for visible messages of accepted contacts. Returns when it is due.
 */
export function oweReceipt(
  core: Core,
  work: Work,
  to: AccountKey,
  message: MessageId,
  kind: ReceiptKind = 'delivery',
): number {
  const soonest = core.clock.now() + RECEIPT_DELAY;
  const gathered = core.receiptBatches.get(to) ?? 0;
  const shared = gathered >= soonest && gathered <= soonest + RECEIPT_SPREAD;
  const dueAt = shared ? gathered : soonest + spread(core);
  core.receiptBatches.set(to, dueAt);
  work.change({ kind: 'put-receipt', receipt: { kind, to, message, dueAt } });
  work.after(() => {
    core.signals.receiptOwed(dueAt);
    return undefined;
  });
  return dueAt;
}

function spread(core: Core): number {
  const [high = 0, low = 0] = core.random(2);
  return Math.floor(((high * 256 + low) / 65_536) * RECEIPT_SPREAD);
}
