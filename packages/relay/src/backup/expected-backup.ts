import type { ExpectedBackup } from '@sotto/operation';

/** Accounts first: mail of an account that is newer than its backup has no owner, and goes at the first start. */
export const DATABASES: readonly string[] = ['relay.db', 'mailbox.db'];

export const RELAY_BACKUP: ExpectedBackup = {
  of: 'a relay',
  needs: ({ elsewhere }) => (elsewhere ? [] : DATABASES),
};
