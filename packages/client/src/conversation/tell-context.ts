import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountState, Contact } from '../ports/store.ts';
import { makeContext, makeEntryId } from './make-content.ts';
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
  const id = makeEntryId(core.random);
  for (const entry of await core.store.outbox()) {
    if (entry.to !== contact.account || entry.kind !== 'accept' || entry.encrypted.length > 0) continue;
    work.change({ kind: 'delete-outbox', id: entry.id });
  }
  const mailbox = core.roads.mailbox();
  if (contact.state === 'accepted' && mailbox !== undefined) rememberTelling(work, contact.account, mailbox);
  work.change(
    { kind: 'put-account', state: { ...own, lastSentAt: sentAt } },
    {
      kind: 'put-outbox',
      entry: {
        id,
        kind: 'accept',
        to: contact.account,
        content: await makeContext(core, own, contact, sentAt),
        timestamp: sentAt,
        urgent: true,
        order: (await core.store.lastOutboxOrder()) + 1,
        notBefore: 0,
        attempts: 0,
        encrypted: [],
      },
    },
  );
  work.after(() => {
    core.signals.outboxAdded(contact.account, id);
    return undefined;
  });
}
