import type { ContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, Contact } from '../ports/store.ts';
import { viewContact } from './view-contact.ts';

/** Read a contact, change it and tell; `edit` returns the changed one or why not. One unit of work. */
export function changeContact(
  core: Core,
  account: AccountKey,
  edit: (contact: Contact, work: Work) => Promise<Contact | ContactOutcome> | Contact | ContactOutcome,
): Promise<ContactOutcome> {
  return core.unit(async (work) => {
    const contact = await core.store.contact(account);
    if (contact === undefined) return { outcome: 'unknown-contact' };
    const edited = await edit(contact, work);
    if ('outcome' in edited) return edited;
    work.change({ kind: 'put-contact', contact: edited });
    work.after(() => ({ event: 'contact', account, contact: viewContact(edited) }));
    return { outcome: 'done' };
  });
}
