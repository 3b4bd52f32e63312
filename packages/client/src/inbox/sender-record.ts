import type { Bytes } from '@sotto/bytes';
import { type AccountRecord, acceptRecord, formatAccountId, readRecord } from '@sotto/identity';
import type { DeviceAddress } from '@sotto/ratchet';
import { effectiveRoad } from '../contacts/effective-road.ts';
import { fetchRecord } from '../contacts/fetch-record.ts';
import { learnRecord, pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import { chooseRoad } from '../outbox/choose-road.ts';
import type { Road, RoadName } from '../ports/road.ts';
import type { Contact, RoadWish } from '../ports/store.ts';

/** A record that may vouch for a sender. `bytes` is what a new contact pins. */
export interface SenderRecord {
  readonly record: AccountRecord;
  readonly bytes: Bytes;
}

export type FetchedSender =
  | { readonly outcome: 'found'; readonly sender: SenderRecord }
  | { readonly outcome: 'unproven' }
  | { readonly outcome: 'unknown' }
  /** The road does not answer; the envelope has to wait. */
  | { readonly outcome: 'unreachable' };

/** The pinned record of somebody we know. */
export function pinnedSender(core: Core, contact: Contact | undefined): SenderRecord | undefined {
  if (contact?.record === undefined) return undefined;
  const record = pinnedRecord(core, contact);
  return record === undefined ? undefined : { record, bytes: contact.record };
}

/**
 * Fetch the record of a sender who is unknown, or whose device is. A contact is looked up by the road of
 * its chat, which binds this too; anybody else by the road the envelope came on. A contact's record is
 * pinned at once; a stranger's waits until a message of theirs has been decrypted.
 */
export async function fetchSender(
  core: Core,
  by: RoadName,
  from: DeviceAddress,
  contact: Contact | undefined,
): Promise<FetchedSender> {
  const { road, wish } = lookUpBy(core, by, contact);
  if (road === undefined) return { outcome: 'unreachable' };
  const fetched = await fetchRecord(core, road, from.account, { wish, impatient: false });
  if (fetched.outcome === 'unreachable' || fetched.outcome === 'busy') return { outcome: 'unreachable' };
  if (fetched.outcome === 'unknown-account') return { outcome: 'unknown' };
  const account = formatAccountId(from.account);
  const learned = await learnRecord(core, account, fetched);
  if (learned === 'no-contact') {
    const verdict = acceptRecord({ account: from.account, now: core.clock.now(), incoming: fetched.record });
    // Without a pin, a record that is over still tells whose device this is: their mail may be old.
    if (verdict.outcome === 'accepted') {
      return { outcome: 'found', sender: { record: verdict.record, bytes: verdict.bytes } };
    }
    if (verdict.outcome !== 'expired') return { outcome: 'unproven' };
    const read = readRecord(fetched.record, from.account);
    return read.outcome === 'read'
      ? { outcome: 'found', sender: { record: read.record, bytes: fetched.record } }
      : { outcome: 'unproven' };
  }
  const sender = pinnedSender(core, await core.store.contact(account));
  return sender === undefined ? { outcome: 'unproven' } : { outcome: 'found', sender };
}

function lookUpBy(
  core: Core,
  by: RoadName,
  contact: Contact | undefined,
): { readonly road: Road | undefined; readonly wish: RoadWish } {
  const { road: wish } = contact === undefined ? { road: 'auto' as const } : effectiveRoad(contact);
  if (wish !== 'auto') return { road: core.roads.get(wish), wish };
  const choice = chooseRoad(core.roads, wish);
  const known = contact !== undefined && contact.state !== 'request';
  return { road: known && choice.outcome === 'take' ? choice.roads[0] : core.roads.get(by), wish };
}
