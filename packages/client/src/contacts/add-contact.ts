import type { AddContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { Contact } from '../ports/store.ts';
import { acceptRequest } from './accept-request.ts';
import { cleanName } from './clean-name.ts';
import { readWho } from './find-contact.ts';
import { newContact } from './new-contact.ts';
import { viewContact } from './view-contact.ts';

/** Add somebody by ID or link. Nothing is sent; what they write from now on is no request. */
export async function addContact(core: Core, who: string, name?: string): Promise<AddContactOutcome> {
  const read = readWho(who);
  if (read.outcome === 'malformed') return read;
  const { account } = read;
  const nickname = cleanName(name ?? read.name);
  const found = await core.unit(async (work): Promise<AddContactOutcome | 'request'> => {
    const own = await core.store.account();
    if (own === undefined) return { outcome: 'no-account' };
    if (own.account === account) return { outcome: 'yourself' };
    const before = await core.store.contact(account);
    if (before?.state === 'blocked') return { outcome: 'blocked' };
    const named = nickname === undefined ? {} : { nickname };
    const contact: Contact = { ...(before ?? newContact(account, 'invited', core.clock.now())), ...named };
    if (before === undefined || nickname !== undefined) {
      work.change({ kind: 'put-contact', contact });
      work.after(() => ({ event: 'contact', account, contact: viewContact(contact) }));
    }
    if (before?.state === 'request') return 'request';
    return { outcome: before === undefined ? 'added' : 'already-there', contact: viewContact(contact) };
  });
  if (found !== 'request') return found;
  await acceptRequest(core, account);
  const contact = await core.store.contact(account);
  if (contact === undefined) return { outcome: 'no-account' };
  // Another command may have come between.
  if (contact.state === 'blocked') return { outcome: 'blocked' };
  return { outcome: 'accepted', contact: viewContact(contact) };
}
