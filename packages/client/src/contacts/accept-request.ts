import type { ContactOutcome } from '../client-types.ts';
import { MAX_REQUEST_MESSAGES } from '../constants.ts';
import { makeAcceptance, makeEntryId } from '../conversation/make-content.ts';
import { nextSentAt } from '../conversation/next-sent-at.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { oweReceipt } from '../inbox/owe-receipt.ts';
import type { AccountKey, AccountState, Contact } from '../ports/store.ts';
import { viewContact } from './view-contact.ts';

/** Say yes to a stranger: they become a contact, are told so, and get the receipts that were held back. */
export function acceptRequest(core: Core, account: AccountKey): Promise<ContactOutcome> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(account);
    if (own === undefined || contact === undefined) return { outcome: 'unknown-contact' };
    if (contact.state === 'accepted') return { outcome: 'done' };
    if (contact.state !== 'request') {
      return { outcome: 'not-possible', reason: 'there is no request of theirs to accept' };
    }
    const accepted = await becomeAccepted(core, work, contact);
    await tellAccepted(core, work, own, accepted);
    work.change({ kind: 'put-contact', contact: accepted });
    return { outcome: 'done' };
  });
}

/** The contact as accepted; the caller writes it. What the request held is shown as any other message. */
export async function becomeAccepted(core: Core, work: Work, contact: Contact): Promise<Contact> {
  const accepted: Contact = { ...contact, state: 'accepted' };
  const waiting = await core.store.messages(contact.account, { limit: MAX_REQUEST_MESSAGES });
  for (const { sequence: _, ...message } of waiting) {
    if (!message.request) continue;
    work.change({ kind: 'put-message', message: { ...message, request: false } });
    if (message.kind === 'text') oweReceipt(core, work, contact.account, message.id);
  }
  work.after(() => ({ event: 'contact', account: contact.account, contact: viewContact(accepted) }));
  return accepted;
}

/** Write down an invisible message that says so; carries what an accepted contact may know. */
export async function tellAccepted(
  core: Core,
  work: Work,
  own: AccountState,
  contact: Contact,
): Promise<void> {
  const sentAt = await nextSentAt(core, own);
  const id = makeEntryId(core.random);
  work.change(
    { kind: 'put-account', state: { ...own, lastSentAt: sentAt } },
    {
      kind: 'put-outbox',
      entry: {
        id,
        kind: 'accept',
        to: contact.account,
        content: makeAcceptance(own, contact, sentAt),
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
