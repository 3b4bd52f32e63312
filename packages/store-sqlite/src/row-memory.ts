import type { AccountKey, AccountState, Contact, UnitOfWork } from '@sotto/client';
import type { Sqlite } from './sqlite.ts';
import { readAccount } from './tables/account.ts';
import { readContact } from './tables/contact.ts';

/** Contacts whose chats are busy at the same time; some three kilobytes each. */
const MAX_CONTACTS = 50;

/**
 * The rows that each step of a message reads anew, as they were last committed. This process alone writes
 * them, and every write of one makes it forgotten: what is remembered is what a read would give.
 */
export interface RowMemory {
  account(): AccountState | undefined;
  contact(account: AccountKey): Contact | undefined;
  /** Call before these changes are written; nothing is read while they are. */
  forget(work: UnitOfWork): void;
  forgetAll(): void;
}

export function createRowMemory(sqlite: Sqlite): RowMemory {
  let own: AccountState | undefined;
  const contacts = new Map<AccountKey, Contact>();

  return {
    account() {
      own ??= readAccount(sqlite);
      return own;
    },
    contact(account) {
      const contact = contacts.get(account) ?? readContact(sqlite, account);
      if (contact === undefined) return undefined;
      // Those used last are kept.
      contacts.delete(account);
      contacts.set(account, contact);
      const [oldest] = contacts.keys();
      if (contacts.size > MAX_CONTACTS && oldest !== undefined) contacts.delete(oldest);
      return contact;
    },
    forget(work) {
      for (const change of work) {
        if (change.kind === 'put-account') own = undefined;
        else if (change.kind === 'put-contact') contacts.delete(change.contact.account);
        else if (change.kind === 'delete-contact') contacts.delete(change.account);
      }
    },
    forgetAll() {
      own = undefined;
      contacts.clear();
    },
  };
}
