import type { ContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { dropOutgoing } from '../outbox/drop-outgoing.ts';
import type { AccountKey } from '../ports/store.ts';

/**
 * Forget a contact and the chat. Sessions stay, those of requests too: a living device of theirs goes on
 * in them, above all one that never had an answer, and what it sends is a new request. A blocked contact
 * that is deleted is blocked no longer.
 */
export function deleteContact(core: Core, account: AccountKey): Promise<ContactOutcome> {
  return core.unit(async (work) => {
    if ((await core.store.contact(account)) === undefined) return { outcome: 'unknown-contact' };
    await dropOutgoing(core, work, account, undefined);
    work.change(
      { kind: 'delete-contact', account },
      { kind: 'delete-chat-messages', chat: account },
      { kind: 'delete-chains', account },
    );
    work.after(() => ({ event: 'contact', account }));
    return { outcome: 'done' };
  });
}
