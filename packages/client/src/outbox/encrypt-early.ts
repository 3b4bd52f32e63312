import { effectiveRoad } from '../contacts/effective-road.ts';
import type { Core } from '../core/core.ts';
import type { Contact } from '../ports/store.ts';
import { chooseRoad } from './choose-road.ts';
import { encryptAhead } from './encrypt-entry.ts';
import { freshRecord } from './ensure-record.ts';

/**
 * Encrypt an entry in the commit that writes it down, when it would be carried at once and needs nothing for
 * that but its session: one sync less before it leaves. Call inside the unit that writes it. What is not
 * done here is done on the entry's turn, as for any other.
 */
export function encryptEarly(core: Core, contact: Contact, id: string): void {
  const record = contact.warning === undefined ? freshRecord(core, contact) : undefined;
  if (record === undefined) return;
  const { road: wish } = effectiveRoad(contact);
  if (chooseRoad(core.roads, wish, { beyond: record.relays.length === 0 }).outcome !== 'take') return;
  encryptAhead(core, id, record);
}
