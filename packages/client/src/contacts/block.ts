import type { ContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { failWaiting } from '../files/finish-file.ts';
import { dropOutgoing } from '../outbox/drop-outgoing.ts';
import type { AccountKey, Contact, ContactState } from '../ports/store.ts';
import { changeContact } from './change-contact.ts';
import { newContact } from './new-contact.ts';
import { viewContact } from './view-contact.ts';

/**
 * Drop what they send without a sign, and what waits to be sent to them. Also for somebody unknown. Their
 * sessions are kept and followed, or nothing of theirs could be read after unblocking. Our mailbox is
 * renewed behind them if they may know it.
 */
export function block(core: Core, account: AccountKey): Promise<ContactOutcome> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    if (own?.account === account) {
      return { outcome: 'not-possible', reason: 'this is your own account' };
    }
    const before = await core.store.contact(account);
    const contact = before ?? newContact(account, 'blocked', core.clock.now());
    const known = before !== undefined && before.state !== 'blocked';
    const blocked: Contact = {
      ...contact,
      state: 'blocked',
      ...(known ? { stateBefore: before.state } : {}),
    };
    work.change({ kind: 'put-contact', contact: blocked });
    await dropOutgoing(core, work, account, 'blocked');
    for (const file of await core.store.filesIn(account)) {
      if (file.state === 'waiting') await failWaiting(core, work, file, 'blocked');
    }
    work.after(() => {
      core.signals.mailboxStale();
      return { event: 'contact', account, contact: viewContact(blocked) };
    });
    return { outcome: 'done' };
  });
}

/**
 * Their messages are shown again, and they are what they were before: a contact, or a request if we never
 * wrote to them. What they sent meanwhile is gone. What was renewed because of the block stays so, and a
 * contact is told of it.
 */
export function unblock(core: Core, account: AccountKey): Promise<ContactOutcome> {
  return changeContact(core, account, ({ stateBefore, ...contact }, work) => {
    if (contact.state !== 'blocked') return { outcome: 'not-possible', reason: 'they are not blocked' };
    work.after(() => {
      core.signals.mailboxStale();
      return undefined;
    });
    return { ...contact, state: stateBefore ?? guessBefore(contact) };
  });
}

/** Of a block that an earlier version wrote down, or that came before anything else. */
function guessBefore({ nextCounter, knowsProfileKey }: Contact): Exclude<ContactState, 'blocked'> {
  return nextCounter > 1 || knowsProfileKey ? 'invited' : 'request';
}
