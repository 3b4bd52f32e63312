import { type AccountRecord, parseAccountId } from '@sotto/identity';
import { RECORD_FRESH } from '../constants.ts';
import { learnRecord, pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';

export type EnsuredRecord =
  | { readonly outcome: 'ready'; readonly record: AccountRecord }
  /** The user has to see a warning first. */
  | { readonly outcome: 'held' }
  | { readonly outcome: 'later'; readonly retryAfter: number; readonly problem?: string }
  /** `nobody`: the road knows no account with this ID, and we never had its record. */
  | { readonly outcome: 'failed'; readonly problem: string; readonly nobody?: true };

/** What a held message says until the warning is acknowledged. */
export const HELD_PROBLEM =
  'Their account record was exchanged in a way that cannot be trusted. Look at the warning in this chat.';
const UNPROVEN = 'Their account record cannot be proven, so nothing can be encrypted for them.';
const EXPIRED = 'They have not been online for so long that their keys are out of date.';
const UNKNOWN = 'There is no account with this ID on this road.';

/**
 * The record to encrypt by: the pinned one when it was confirmed within a day, else what the road shows,
 * once it has been accepted. `doubt`: the road has said that the devices are others.
 */
export async function ensureRecord(
  core: Core,
  road: Road,
  to: AccountKey,
  doubt: boolean,
): Promise<EnsuredRecord> {
  const contact = await core.store.contact(to);
  if (contact === undefined) return { outcome: 'failed', problem: UNKNOWN };
  if (contact.warning !== undefined) return { outcome: 'held' };
  const pinned = pinnedRecord(core, contact);
  const now = core.clock.now();
  // A clock that went back makes nothing fresh.
  const fresh = Math.abs(now - contact.recordCheckedAt) < RECORD_FRESH && (pinned?.validUntil ?? 0) > now;
  if (pinned !== undefined && fresh && !doubt) return { outcome: 'ready', record: pinned };

  const fetched = await road.fetchRecord(parseAccountId(to));
  if (fetched.outcome === 'unknown-account') {
    return { outcome: 'failed', problem: UNKNOWN, ...(contact.record === undefined ? { nobody: true } : {}) };
  }
  if (fetched.outcome === 'busy') return { outcome: 'later', retryAfter: fetched.retryAfter };
  if (fetched.outcome === 'unreachable') return { outcome: 'later', retryAfter: 0 };
  const learned = await learnRecord(core, to, fetched.record);
  const after = await core.store.contact(to);
  if (after === undefined) return { outcome: 'failed', problem: UNKNOWN };
  if (after.warning !== undefined) return { outcome: 'held' };
  const record = pinnedRecord(core, after);
  // What was refused changes nothing: the devices known before stay the ones to write to.
  if (record !== undefined) return { outcome: 'ready', record };
  return learned === 'refused'
    ? { outcome: 'failed', problem: UNPROVEN }
    : { outcome: 'later', retryAfter: 0, problem: EXPIRED };
}
