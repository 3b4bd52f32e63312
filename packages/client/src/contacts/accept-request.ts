import type { ContactOutcome } from '../client-types.ts';
import { MAX_REQUEST_MESSAGES } from '../constants.ts';
import { tellContext } from '../conversation/tell-context.ts';
import { tellItem } from '../conversation/tell-message.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { oweReceipt } from '../inbox/owe-receipt.ts';
import type { AccountKey, Contact } from '../ports/store.ts';
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
    await tellContext(core, work, own, accepted);
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
    tellItem(core, work, message.id);
    if (message.kind === 'text') oweReceipt(core, work, contact.account, message.id);
  }
  work.after(() => {
    core.signals.filesDue();
    return { event: 'contact', account: contact.account, contact: viewContact(accepted) };
  });
  return accepted;
}
