import { viewContact } from '../contacts/view-contact.ts';
import type { Work } from '../core/work.ts';
import type { Contact } from '../ports/store.ts';
import type { Introduction } from './read-content.ts';

/** Only accepted contacts answer, so whoever we invited has accepted us. The caller writes the contact. */
export function answered(work: Work, contact: Contact, introduction: Introduction): Contact {
  const introduced = introduce(contact, introduction);
  if (contact.state !== 'invited') return introduced;
  const accepted: Contact = { ...introduced, state: 'accepted' };
  work.after(() => ({ event: 'contact', account: contact.account, contact: viewContact(accepted) }));
  return accepted;
}

/** What they say of themselves. The same object when it is nothing new. */
export function introduce(contact: Contact, { name, profileKey }: Introduction): Contact {
  if ((name === undefined || name === contact.name) && profileKey === undefined) return contact;
  return {
    ...contact,
    ...(name === undefined ? {} : { name }),
    ...(profileKey === undefined ? {} : { profileKey }),
  };
}

/** Screens call them by another name from now on. */
export function tellName(work: Work, before: Contact, after: Contact): void {
  if (before.name === after.name) return;
  work.after(() => ({ event: 'contact', account: after.account, contact: viewContact(after) }));
}
