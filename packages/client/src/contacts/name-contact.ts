import type { ContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey, Contact } from '../ports/store.ts';
import { changeContact } from './change-contact.ts';
import { cleanName } from './clean-name.ts';

/** The user's own name for somebody; an empty one takes it away. */
export function nameContact(core: Core, account: AccountKey, name: string): Promise<ContactOutcome> {
  const nickname = cleanName(name);
  return changeContact(
    core,
    account,
    ({ nickname: _, ...contact }): Contact => (nickname === undefined ? contact : { ...contact, nickname }),
  );
}

/** The user has compared the safety number. Keys cannot change behind an ID, so this lasts. */
export function setVerified(core: Core, account: AccountKey, verified: boolean): Promise<ContactOutcome> {
  return changeContact(core, account, (contact): Contact => ({ ...contact, verified }));
}

/** The user has seen that a record was refused: go on with the devices that were known before. */
export async function acknowledgeWarning(core: Core, account: AccountKey): Promise<ContactOutcome> {
  const outcome = await changeContact(core, account, ({ warning: _, ...contact }): Contact => contact);
  core.signals.wake(account);
  return outcome;
}
