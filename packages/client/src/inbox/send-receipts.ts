import type { Bytes } from '@sotto/bytes';
import { readPreferences } from '../chats/preferences.ts';
import { MAX_RECEIPTS, RECEIPT_DELAY, RECEIPT_SPREAD } from '../constants.ts';
import { makeReceipt } from '../conversation/make-content.ts';
import { formatMessageId } from '../conversation/message-id.ts';
import { nextSentAt } from '../conversation/next-sent-at.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import { giveList } from '../lists/give-list.ts';
import { listToTell, type ToldList } from '../lists/list-to-tell.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type { AccountKey, MessageId, OwedReceipt, Preferences, ReceiptKind } from '../ports/store.ts';

export interface Receipts extends Alarm {
  /** One more is owed. Cheap, unless it is due before all others: a look reads whatever is owed. */
  owed(dueAt: number): void;
}

/** Sends the receipts that are due, all of one account together. */
export function runReceipts(core: Core): Receipts {
  /** When the next look comes by itself; unknown while one is under way, which may have missed the newest. */
  let nextLook: number | undefined;
  const alarm = createAlarm(core, 'receipts', async () => {
    nextLook = undefined;
    const now = core.clock.now();
    const owed = await core.store.receiptsDue(Number.MAX_SAFE_INTEGER);
    // One that is due later than any can be comes from a clock that went back since.
    const due = owed.filter(({ dueAt }) => dueAt <= now || dueAt > now + RECEIPT_DELAY + RECEIPT_SPREAD);
    for (const [to, receipts] of byAccount(due)) await sendReceipts(core, to, receipts);
    nextLook = await core.store.nextReceiptDue();
    return nextLook === undefined ? undefined : nextLook - core.clock.now();
  });
  return {
    ...alarm,
    owed(dueAt) {
      const wait = dueAt - (nextLook ?? Number.POSITIVE_INFINITY);
      // Further apart than any two are, when the clock has jumped: the look that is planned may be late.
      if (wait < 0 || wait > RECEIPT_DELAY + RECEIPT_SPREAD) alarm.look();
    },
  };
}

function byAccount(receipts: readonly OwedReceipt[]): Map<AccountKey, OwedReceipt[]> {
  const accounts = new Map<AccountKey, OwedReceipt[]>();
  for (const receipt of receipts) {
    accounts.set(receipt.to, [...(accounts.get(receipt.to) ?? []), receipt]);
  }
  return accounts;
}

/** One unit: the debt is gone exactly when the receipts stand in the outbox. */
function sendReceipts(core: Core, to: AccountKey, owed: readonly OwedReceipt[]): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(to);
    for (const { kind, message } of owed) work.change({ kind: 'delete-receipt', message, receipt: kind });
    // They may have been blocked or deleted since.
    if (own === undefined || contact?.state !== 'accepted') return;
    let state = own;
    let order = await core.store.lastOutboxOrder();
    const told = await listToTell(core, contact);
    for (const content of contentsFor(owed, await readPreferences(core), told)) {
      const timestamp = await nextSentAt(core, state);
      state = { ...state, lastSentAt: timestamp };
      order++;
      queueEntry(core, work, { kind: 'receipt', to, content, timestamp, urgent: false, order });
    }
    work.change({ kind: 'put-account', state });
    // Only behind one: what was read is owed no longer when the user has thought better of it.
    if (state !== own) await giveList(core, work, { own: state, contact, order });
  });
}

/** What was read has arrived: one receipt says both. It is not said once the user has thought better of it. */
function contentsFor(
  owed: readonly OwedReceipt[],
  { readReceipts }: Preferences,
  told: { readonly directory?: ToldList },
): readonly Bytes[] {
  const read = owed.filter(({ kind }) => kind === 'read' && readReceipts).map(({ message }) => message);
  const isRead = new Set(read.map(formatMessageId));
  const delivered = owed
    .filter(({ kind, message }) => kind === 'delivery' && !isRead.has(formatMessageId(message)))
    .map(({ message }) => message);
  return [...makeReceipts('read', read, told), ...makeReceipts('delivery', delivered, told)];
}

function makeReceipts(
  kind: ReceiptKind,
  messages: readonly MessageId[],
  told: { readonly directory?: ToldList },
): readonly Bytes[] {
  const contents: Bytes[] = [];
  for (let from = 0; from < messages.length; from += MAX_RECEIPTS) {
    contents.push(makeReceipt(kind, messages.slice(from, from + MAX_RECEIPTS), told));
  }
  return contents;
}
