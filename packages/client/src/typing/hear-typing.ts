import { readPreferences } from '../chats/preferences.ts';
import { TYPING_FRESH } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Arrival } from '../inbox/arrival.ts';
import type { Contact } from '../ports/store.ts';
import { TYPING_ROAD } from './tell-typing.ts';

/** A contact says that it types. Shown only where we would say so too; one that a relay has kept is over. */
export async function hearTyping(
  core: Core,
  work: Work,
  arrival: Arrival,
  heard: { readonly contact: Contact; readonly typing: boolean },
): Promise<void> {
  const { contact, typing } = heard;
  if (contact.state !== 'accepted' || arrival.road !== TYPING_ROAD) return;
  if (core.clock.now() - arrival.serverTime > TYPING_FRESH) return;
  if (!(await readPreferences(core)).typing) return;
  work.after(() => {
    core.typing.heard(contact.account, typing);
    return undefined;
  });
}
