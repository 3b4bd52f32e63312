import type { RenameOutcome } from '../client-chat-types.ts';
import type { Core } from '../core/core.ts';
import { checkOwnName } from './join-network.ts';
import { stateOf, viewAccount } from './view-account.ts';

/**
 * Another name for oneself. Accepted contacts are introduced to anew by the next message to each, whenever
 * there is one: a message to all at once would show a relay who they are.
 */
export function rename(core: Core, wish: string): Promise<RenameOutcome> {
  return core.unit(async (work) => {
    const named = checkOwnName(wish);
    if (named.outcome === 'bad-name') return named;
    const own = await core.store.account();
    if (own === undefined || stateOf(own) !== 'ready') return { outcome: 'no-account' };
    const { name } = named;
    const renamed = { ...own, name };
    if (name === own.name) return { outcome: 'renamed', account: viewAccount(own, false) };
    work.change({ kind: 'put-account', state: renamed });
    for (const contact of await core.store.contacts()) {
      if (contact.state !== 'accepted' || !contact.knowsProfileKey) continue;
      work.change({ kind: 'put-contact', contact: { ...contact, knowsProfileKey: false } });
    }
    work.after(() => ({ event: 'account', state: 'ready' }));
    return { outcome: 'renamed', account: viewAccount(renamed, false) };
  });
}
