import { utf8 } from '@sotto/bytes';
import type { PreferencesOutcome } from '../client-chat-types.ts';
import { MAX_SCREEN } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Preferences } from '../ports/store.ts';

/** Until the user says otherwise nobody learns when they read or type. */
const DEFAULT: Preferences = { readReceipts: false, typing: false, screen: '' };

export async function readPreferences(core: Core): Promise<Preferences> {
  return (await core.store.preferences()) ?? DEFAULT;
}

export function changePreferences(core: Core, changes: Partial<Preferences>): Promise<PreferencesOutcome> {
  return core.unit(async (work) => {
    const { readReceipts, typing, screen } = { ...(await readPreferences(core)), ...changes };
    const preferences = { readReceipts, typing, screen };
    if (utf8(screen).length > MAX_SCREEN) return { outcome: 'too-long', limit: MAX_SCREEN };
    work.change({ kind: 'put-preferences', preferences });
    work.after(() => {
      if (!typing) core.typing.clear();
      return { event: 'preferences', preferences };
    });
    return { outcome: 'changed', preferences };
  });
}

/** Nothing of an earlier attempt stays when an account is made; what was chosen before does. */
export async function eraseButPreferences(core: Core): Promise<void> {
  const preferences = await core.store.preferences();
  await core.store.erase();
  if (preferences !== undefined) await core.store.commit([{ kind: 'put-preferences', preferences }]);
}
