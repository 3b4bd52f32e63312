import type { MarkReadOutcome } from '../client-chat-types.ts';
import { MAX_READ_AT_ONCE } from '../constants.ts';
import { formatMessageId } from '../conversation/message-id.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { oweReceipt } from '../inbox/owe-receipt.ts';
import type { AccountKey, Chat } from '../ports/store.ts';
import { readPreferences } from './preferences.ts';
import { viewChat } from './view-chat.ts';

/** Everything up to `through` was on screen. Owes read receipts where they are wanted here, to accepted contacts. */
export async function markRead(core: Core, account: AccountKey, through: number): Promise<MarkReadOutcome> {
  await core.unit(async (work) => {
    const chat = await core.store.chat(account);
    // What is not there yet cannot have been read.
    const last = Math.min(through, chat?.last?.sequence ?? 0);
    if (chat === undefined || !(last > chat.readThrough)) return;
    work.change({ kind: 'put-read', chat: account, through: last });
    await oweRead(core, work, chat, last);
    tellRead(core, work, account);
  });
  const chat = await core.store.chat(account);
  return chat === undefined ? { outcome: 'unknown-contact' } : { outcome: 'marked', chat: viewChat(chat) };
}

/** How much is unread once the unit is on disk. */
export function tellRead(core: Core, work: Work, account: AccountKey): void {
  work.after(async () => {
    const chat = await core.store.chat(account);
    if (chat === undefined) return undefined;
    const { unread, readThrough } = chat;
    return { event: 'chat-read', chat: account, unread, readThrough };
  });
}

async function oweRead(core: Core, work: Work, chat: Chat, through: number): Promise<void> {
  const { contact, readThrough: after } = chat;
  if (contact.state !== 'accepted' || !(await readPreferences(core)).readReceipts) return;
  const owed = (await core.store.receiptsDue(Number.MAX_SAFE_INTEGER)).filter(
    ({ to }) => to === contact.account,
  );
  const deliveries = new Map(owed.map((receipt) => [formatMessageId(receipt.message), receipt]));
  const range = { after, through, limit: MAX_READ_AT_ONCE };
  for (const message of await core.store.incomingTexts(contact.account, range)) {
    const dueAt = oweReceipt(core, work, contact.account, message, 'read');
    const delivery = deliveries.get(formatMessageId(message));
    // Both at one time are one receipt.
    if (delivery !== undefined) work.change({ kind: 'put-receipt', receipt: { ...delivery, dueAt } });
  }
}
