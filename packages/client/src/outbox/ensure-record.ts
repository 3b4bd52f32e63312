import { type AccountRecord, parseAccountId } from '@sotto/identity';
import { RECORD_FRESH } from '../constants.ts';
import { effectiveRoad } from '../contacts/effective-road.ts';
import { fetchRecord } from '../contacts/fetch-record.ts';
import { learnRecord, pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { Road, RoadName } from '../ports/road.ts';
import type { AccountKey, Contact } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import type { HowToAsk } from './ask-road.ts';

export type EnsuredRecord =
  /** `by`: the road that showed it just now. */
  | { readonly outcome: 'ready'; readonly record: AccountRecord; readonly by?: RoadName }
  /** The user has to see a warning first. */
  | { readonly outcome: 'held'; readonly problem: Problem }
  | { readonly outcome: 'later'; readonly retryAfter: number; readonly problem?: Problem }
  | { readonly outcome: 'failed'; readonly problem: Problem }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'unanswered' }
  /** The road knows no account with this ID. */
  | { readonly outcome: 'nobody' };

/** The pinned record, when it was confirmed within a day and is valid. */
export function freshRecord(core: Core, contact: Contact): AccountRecord | undefined {
  const now = core.clock.now();
  // A clock that went back makes nothing fresh.
  if (Math.abs(now - contact.recordCheckedAt) >= RECORD_FRESH) return undefined;
  const pinned = pinnedRecord(core, contact);
  return (pinned?.validUntil ?? 0) > now ? pinned : undefined;
}

/**
 * The record to encrypt by: the pinned one when it was confirmed within a day, else what the road shows,
 * once it has been accepted. `doubt`: the road has said that the devices are others, or nobody knows
 * whether they can be reached by it.
 */
export async function ensureRecord(
  core: Core,
  road: Road,
  to: AccountKey,
  how: HowToAsk & { readonly doubt: boolean },
): Promise<EnsuredRecord> {
  const contact = await core.store.contact(to);
  if (contact === undefined) return { outcome: 'gone' };
  if (contact.warning !== undefined) return { outcome: 'held', problem: 'contact-warning' };
  const pinned = freshRecord(core, contact);
  if (pinned !== undefined && !how.doubt) return { outcome: 'ready', record: pinned };

  const { road: wish } = effectiveRoad(contact);
  const shown = await fetchRecord(core, road, parseAccountId(to), { ...how, wish });
  if (shown.outcome === 'unknown-account') return { outcome: 'nobody' };
  if (shown.outcome === 'busy') return { outcome: 'later', retryAfter: shown.retryAfter };
  if (shown.outcome === 'unreachable') return { outcome: 'unanswered' };
  const learned = await learnRecord(core, to, shown);
  const after = await core.store.contact(to);
  if (after === undefined) return { outcome: 'gone' };
  if (after.warning !== undefined) return { outcome: 'held', problem: 'contact-warning' };
  const record = pinnedRecord(core, after);
  // What was refused changes nothing: the devices known before stay the ones to write to.
  if (record !== undefined) return { outcome: 'ready', record, by: shown.by };
  if (learned === 'refused') return { outcome: 'failed', problem: 'record-unproven' };
  // What cannot be used may be one server's doing: another, or the same one later, may show a true one.
  const problem = learned === 'unusable' ? 'record-unproven' : 'record-expired';
  return { outcome: 'later', retryAfter: 0, problem };
}
