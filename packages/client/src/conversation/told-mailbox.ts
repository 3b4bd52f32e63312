import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, Contact } from '../ports/store.ts';

/** The mailbox that a message to this contact has to name; undefined when there is nothing to tell. */
export function mailboxToTell(core: Core, { state, knowsMailbox }: Contact): Bytes | undefined {
  const mailbox = core.roads.mailbox();
  if (state !== 'accepted' || mailbox === undefined) return undefined;
  return knowsMailbox !== undefined && equalBytes(mailbox, knowsMailbox) ? undefined : mailbox;
}

/**
 * Written down with the message that names it, before it leaves. Whether it arrives is not known then, and a
 * contact may be deleted meanwhile: so it is kept as long as the account.
 */
export function rememberTelling(work: Work, account: AccountKey, mailbox: Bytes): void {
  work.change({ kind: 'put-seen', mark: markOf(account, mailbox), forgetAfter: Number.MAX_SAFE_INTEGER });
}

/** Has it ever been on its way to them? */
export function mayKnow(core: Core, account: AccountKey, mailbox: Bytes): Promise<boolean> {
  return core.store.hasSeen(markOf(account, mailbox));
}

function markOf(account: AccountKey, mailbox: Bytes): string {
  return `mailbox:${toHex(mailbox)}:${account}`;
}
