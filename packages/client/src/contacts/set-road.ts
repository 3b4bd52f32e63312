import type { ContactOutcome } from '../client-types.ts';
import { tellContext } from '../conversation/tell-context.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey, Contact, RoadWish } from '../ports/store.ts';
import { changeContact } from './change-contact.ts';

/**
 * Which road this chat takes from now on. The other side is told at once, invisibly and by that road, so
 * that it obeys before anybody writes again; a stranger whose request waits hears nothing.
 */
export async function setRoad(core: Core, account: AccountKey, road: RoadWish): Promise<ContactOutcome> {
  const outcome = await changeContact(core, account, async (contact, work): Promise<Contact> => {
    const changed: Contact = { ...contact, road };
    const own = await core.store.account();
    if (own !== undefined && road !== contact.road && hears(contact)) {
      await tellContext(core, work, own, changed);
    }
    return changed;
  });
  core.signals.wake(account);
  return outcome;
}

/** Have they heard of us, and may they hear more? */
function hears({ state, nextCounter }: Contact): boolean {
  return state === 'accepted' || (state === 'invited' && nextCounter > 1);
}
