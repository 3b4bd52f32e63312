import { OFFER_SESSION_EVERY, SEEN_LIFETIME } from '../constants.ts';
import { tellContext } from '../conversation/tell-context.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey } from '../ports/store.ts';

/**
 * A contact writes in a session that we do not have. What came is lost and the gap will show it; an
 * invisible message of ours gives them a session that both have. At most hourly for each contact, and
 * once for each piece of mail (`mark`), so that old mail which a road repeats does not make us talk.
 */
export async function offerSession(core: Core, account: AccountKey, mark: string): Promise<void> {
  await core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(account);
    if (own === undefined || contact?.state !== 'accepted') return;
    const now = core.clock.now();
    work.change({ kind: 'put-seen', mark, forgetAfter: now + SEEN_LIFETIME });
    const before = core.sessionsOffered.get(account);
    if (before !== undefined && Math.abs(now - before) < OFFER_SESSION_EVERY) return;
    core.sessionsOffered.set(account, now);
    await tellContext(core, work, own, contact);
  });
}
