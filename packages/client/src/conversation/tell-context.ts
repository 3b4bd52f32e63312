import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type { AccountState, Contact } from '../ports/store.ts';
import { makeContext } from './make-content.ts';
import { nextSentAt } from './next-sent-at.ts';
import { rememberTelling } from './told-mailbox.ts';

/**
 * Write down an invisible message: that they are accepted, how this chat is to travel, where we collect. It
 * takes the place of one that still waits untouched, so that many changes without a network are one message.
 */
export async function tellContext(
  core: Core,
  work: Work,
  own: AccountState,
  contact: Contact,
): Promise<void> {
  const sentAt = await nextSentAt(core, own);
  for (const entry of await core.store.outbox()) {
    if (entry.to !== contact.account || entry.kind !== 'accept' || entry.encrypted.length > 0) continue;
    work.change({ kind: 'delete-outbox', id: entry.id });
  }
  const mailbox = core.roads.mailbox();
  if (contact.state === 'accepted' && mailbox !== undefined) rememberTelling(work, contact.account, mailbox);
  work.change({ kind: 'put-account', state: { ...own, lastSentAt: sentAt } });
  queueEntry(core, work, {
    kind: 'accept',
    to: contact.account,
    content: await makeContext(core, own, contact, sentAt),
    timestamp: sentAt,
    urgent: true,
    order: (await core.store.lastOutboxOrder()) + 1,
  });
}
