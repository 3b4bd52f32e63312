import { MAX_RECEIPTS, RECEIPT_DELAY, RECEIPT_SPREAD } from '../constants.ts';
import { makeEntryId, makeReceipt } from '../conversation/make-content.ts';
import { nextSentAt } from '../conversation/next-sent-at.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey, OwedReceipt } from '../ports/store.ts';

/** Sends the receipts that are due, all of one account together. */
export function runReceipts(core: Core): Alarm {
  return createAlarm(core, 'receipts', async () => {
    const now = core.clock.now();
    const owed = await core.store.receiptsDue(Number.MAX_SAFE_INTEGER);
    // One that is due later than any can be comes from a clock that went back since.
    const due = owed.filter(({ dueAt }) => dueAt <= now || dueAt > now + RECEIPT_DELAY + RECEIPT_SPREAD);
    for (const [to, receipts] of byAccount(due)) {
      for (let from = 0; from < receipts.length; from += MAX_RECEIPTS) {
        await sendReceipts(core, to, receipts.slice(from, from + MAX_RECEIPTS));
      }
    }
    const next = await core.store.nextReceiptDue();
    return next === undefined ? undefined : next - core.clock.now();
  });
}

function byAccount(receipts: readonly OwedReceipt[]): Map<AccountKey, OwedReceipt[]> {
  const accounts = new Map<AccountKey, OwedReceipt[]>();
  for (const receipt of receipts) {
    accounts.set(receipt.to, [...(accounts.get(receipt.to) ?? []), receipt]);
  }
  return accounts;
}

/** One unit: the debt is gone exactly when the receipt stands in the outbox. */
function sendReceipts(core: Core, to: AccountKey, receipts: readonly OwedReceipt[]): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(to);
    for (const { message } of receipts) work.change({ kind: 'delete-receipt', message });
    // They may have been blocked or deleted since.
    if (own === undefined || contact?.state !== 'accepted') return;
    const timestamp = await nextSentAt(core, own);
    const id = makeEntryId(core.random);
    work.change(
      { kind: 'put-account', state: { ...own, lastSentAt: timestamp } },
      {
        kind: 'put-outbox',
        entry: {
          id,
          kind: 'receipt',
          to,
          content: makeReceipt(receipts.map(({ message }) => message)),
          timestamp,
          urgent: false,
          order: (await core.store.lastOutboxOrder()) + 1,
          notBefore: 0,
          attempts: 0,
          encrypted: [],
        },
      },
    );
    work.after(() => {
      core.signals.outboxAdded(to, id);
      return undefined;
    });
  });
}
