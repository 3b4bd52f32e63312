import type { ContactOutcome } from '../client-types.ts';
import { giveUpGaps } from '../conversation/follow-chain.ts';
import type { Core } from '../core/core.ts';
import { forgetFilesIn } from '../files/forget-files.ts';
import { dropOutgoing } from '../outbox/drop-outgoing.ts';
import type { AccountKey, ChainState } from '../ports/store.ts';

/**
 * Forget a contact and the chat. Sessions stay, those of requests too: a living device of theirs goes on
 * in them, above all one that never had an answer, and what it sends is a new request. A blocked contact
 * that is deleted is blocked no longer.
 */
export function deleteContact(core: Core, account: AccountKey): Promise<ContactOutcome> {
  return core.unit(async (work) => {
    if ((await core.store.contact(account)) === undefined) return { outcome: 'unknown-contact' };
    await dropOutgoing(core, work, account, undefined);
    await forgetFilesIn(core, work, account);
    work.change({ kind: 'delete-contact', account }, { kind: 'delete-chat-messages', chat: account });
    for (const chain of await core.store.chains(account))
      work.change({ kind: 'put-chain', chain: rest(chain) });
    work.after(() => ({ event: 'contact', account }));
    return { outcome: 'done' };
  });
}

/** How far it was followed stays, as the session does, or their next text would be taken for one ahead. */
function rest(chain: ChainState): ChainState {
  const { hash: _, ...place } = giveUpGaps(chain, () => true).chain;
  return place;
}
