import type { AccountKey, Contact, ContactState } from '../ports/store.ts';

/** A contact as it begins. */
export function newContact(account: AccountKey, state: ContactState, now: number): Contact {
  return {
    account,
    state,
    knowsProfileKey: false,
    road: 'auto',
    theirRoad: 'auto',
    theirRoadAt: 0,
    mailboxes: [],
    recordCheckedAt: 0,
    verified: false,
    nextCounter: 1,
    addedAt: now,
  };
}
