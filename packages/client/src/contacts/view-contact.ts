import type { ContactView } from '../client-types.ts';
import type { Contact } from '../ports/store.ts';

/** What screens are shown of a contact: no keys, no record. */
export function viewContact(contact: Contact): ContactView {
  const { account, state, name, nickname, road, warning, verified, addedAt } = contact;
  const displayName = nickname ?? name;
  return {
    account,
    state,
    ...(displayName === undefined ? {} : { displayName }),
    ...(name === undefined ? {} : { name }),
    ...(nickname === undefined ? {} : { nickname }),
    road,
    ...(warning === undefined ? {} : { warning }),
    verified,
    addedAt,
  };
}
