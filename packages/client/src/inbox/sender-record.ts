import type { Bytes } from '@sotto/bytes';
import { type AccountRecord, acceptRecord, formatAccountId, readRecord } from '@sotto/identity';
import type { DeviceAddress } from '@sotto/ratchet';
import { learnRecord, pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { RoadName } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';

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
 * Fetch the record of a sender who is unknown, or whose device is, by the road the envelope came on.
 * A contact's is pinned at once; a stranger's waits until a message of theirs has been decrypted.
 */
export async function fetchSender(core: Core, road: RoadName, from: DeviceAddress): Promise<FetchedSender> {
  const fetched = await core.roads.get(road)?.fetchRecord(from.account);
  if (fetched === undefined || fetched.outcome === 'unreachable' || fetched.outcome === 'busy') {
    return { outcome: 'unreachable' };
  }
  if (fetched.outcome === 'unknown-account') return { outcome: 'unknown' };
  const account = formatAccountId(from.account);
  const learned = await learnRecord(core, account, fetched.record);
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
