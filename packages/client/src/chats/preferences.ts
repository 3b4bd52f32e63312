import { utf8 } from '@sotto/bytes';
import type { PreferencesOutcome } from '../client-chat-types.ts';
import { MAX_SCREEN } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Preferences } from '../ports/store.ts';

/** Until the user says otherwise nobody learns when they read or type, and the relay is asked the fast way. */
const DEFAULT: Preferences = { readReceipts: false, typing: false, relayAccess: 'direct', screen: '' };

export async function readPreferences(core: Core): Promise<Preferences> {
  return (await core.store.preferences()) ?? DEFAULT;
}

export function changePreferences(core: Core, changes: Partial<Preferences>): Promise<PreferencesOutcome> {
  return core.unit(async (work) => {
    const { readReceipts, typing, relayAccess, screen } = { ...(await readPreferences(core)), ...changes };
    const preferences = { readReceipts, typing, relayAccess, screen };
    if (changes.relayAccess === 'onion' && core.roads.get('onion') === undefined) {
      return { outcome: 'no-onion' };
    }
    if (utf8(screen).length > MAX_SCREEN) return { outcome: 'too-long', limit: MAX_SCREEN };
    work.change({ kind: 'put-preferences', preferences });
    work.after(() => {
      if (!typing) core.typing.clear();
      core.roads.reach(relayAccess);
      return { event: 'preferences', preferences };
    });
    return { outcome: 'changed', preferences };
  });
}

/** Take into use what was chosen in an earlier run. In a unit, so that no change of now comes between. */
export function applyPreferences(core: Core): Promise<void> {
  return core.unit(async () => core.roads.reach((await readPreferences(core)).relayAccess));
}

/**
 * Nothing of an earlier attempt stays when an account is made; what was chosen before does, but for what its
 * network may not have.
 */
export async function eraseButPreferences(core: Core): Promise<void> {
  const preferences = await core.store.preferences();
  await core.store.erase();
  if (preferences === undefined) return;
  const put = { kind: 'put-preferences', preferences: { ...preferences, relayAccess: 'direct' } } as const;
  await core.store.commit([put]);
}
