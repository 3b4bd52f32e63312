import { equalBytes } from '@sotto/bytes';
import { parseAccountId, readRecord } from '@sotto/identity';
import type { PublishedPreKeys } from '@sotto/ratchet';
import {
  MINUTE,
  RECORD_RENEW_BEFORE,
  RECORD_VERIFY_EVERY,
  REPLACED_LOOK,
  UPKEEP_EVERY,
} from '../constants.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import { ownRecord, signNextRecord } from './sign-own-record.ts';
import { followOwnRecord, isListed, isReplaced } from './standing.ts';
import { stateOf } from './view-account.ts';

/**
 * Upkeep (design §1.5): prekeys rotate every two days and one-time keys are topped up, the record follows
 * them, and what the roads show is compared with it daily. Looks hourly, and sooner while something waits.
 */
export function keepAccount(core: Core): Alarm {
  /** Keys whose upload was not confirmed in this run; at first that may be any. */
  const uploaded = new Set<string>();
  let verifiedAt = Number.NEGATIVE_INFINITY;

  return createAlarm(core, 'upkeep', async () => {
    await core.store.forgetSeen(core.clock.now());
    const own = await core.store.account();
    if (own === undefined || stateOf(own) !== 'ready') return undefined;
    const roads = core.roads.all().filter((road) => own.credentials[road.name] !== undefined);
    if (isReplaced(core, own)) return confirmReplaced(core, own, roads);
    // Before all else: without it nobody can write to a new account.
    await publishPending(core, roads);
    let waiting = false;
    for (const road of roads) {
      if (!(await rotate(core, own, road, uploaded))) waiting = true;
    }
    await renewRecord(core);
    if (core.clock.now() - verifiedAt >= RECORD_VERIFY_EVERY && (await verifyRecord(core, roads))) {
      verifiedAt = core.clock.now();
    }
    if (!(await publishPending(core, roads))) waiting = true;
    return waiting ? MINUTE : UPKEEP_EVERY;
  });
}

/**
 * Learn for good, from the record, what a road says only for now. The other device registers first and
 * publishes its record then, so the first look may come too early.
 */
async function confirmReplaced(
  core: Core,
  own: AccountState,
  roads: readonly Road[],
): Promise<number | undefined> {
  if (!isListed(core, own)) return undefined;
  for (const road of roads) await followOwnRecord(core, road, own.account);
  return REPLACED_LOOK;
}

/** Make what is due, commit it, upload it. False when the upload has to be tried again. */
async function rotate(core: Core, own: AccountState, road: Road, uploaded: Set<string>): Promise<boolean> {
  const remaining = await road.countPreKeys();
  const ratchet = core.ratchetOf(own);
  const made = await core.unit(async (work) => {
    const now = core.clock.now();
    const result = await ratchet.maintain({ now, ...(remaining === undefined ? {} : { remaining }) });
    work.ratchet(result.changes);
    return result.published;
  });
  // A crash between commit and upload leaves the road with older keys: the newest are uploaded once a run.
  const current = uploaded.has(road.name) ? undefined : await ratchet.current();
  const keys: PublishedPreKeys = { ...current, ...made };
  if (isNothing(keys)) return true;
  uploaded.delete(road.name);
  const published = await road.publishPreKeys(keys);
  if (published.outcome !== 'published') return false;
  await core.unit(async (work) => work.ratchet(await ratchet.published(keys)));
  uploaded.add(road.name);
  return true;
}

function isNothing(keys: PublishedPreKeys): boolean {
  const { signedPreKey, lastResortKyberPreKey, preKeys, kyberPreKeys } = keys;
  return (
    signedPreKey === undefined &&
    lastResortKyberPreKey === undefined &&
    preKeys.length === 0 &&
    kyberPreKeys.length === 0
  );
}

/** Make the next revision when the keys in the present one are old or its time is running out. */
function renewRecord(core: Core): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    if (own === undefined) return;
    const keys = await core.ratchetOf(own).current();
    const record = ownRecord(core, own);
    const device = record.devices.find(({ id }) => id === own.device);
    if (keys === undefined || device === undefined) return;
    const now = core.clock.now();
    const current =
      device.signedPreKey.id === keys.signedPreKey.id &&
      device.lastResortKyberPreKey.id === keys.lastResortKyberPreKey.id;
    if (current && record.validUntil - now > RECORD_RENEW_BEFORE) return;
    const next = signNextRecord(core, own, keys, now);
    work.change({ kind: 'put-account', state: { ...own, record: next, recordPending: true } });
  });
}

/** Does every road show our record? If not, it is published again. False when a road did not answer. */
async function verifyRecord(core: Core, roads: readonly Road[]): Promise<boolean> {
  const own = await core.store.account();
  if (own === undefined || own.recordPending) return true;
  const account = parseAccountId(own.account);
  for (const road of roads) {
    const fetched = await road.fetchRecord(account);
    if (fetched.outcome === 'unreachable' || fetched.outcome === 'busy') return false;
    if (fetched.outcome === 'found' && equalBytes(fetched.record, own.record)) continue;
    const shown = fetched.outcome === 'found' ? readRecord(fetched.record, account) : undefined;
    if (shown?.outcome === 'read' && shown.record.revision > ownRecord(core, own).revision) {
      core.log('record-ahead', { road: road.name });
      if (!(await followOwnRecord(core, road, own.account))) return false;
      continue;
    }
    core.log('record-differs', { road: road.name });
    await core.unit(async (work) => {
      const state = await core.store.account();
      if (state === undefined) return;
      work.change({ kind: 'put-account', state: { ...state, recordPending: true } });
    });
    return true;
  }
  return true;
}

/** Publish the record where it waits. False when a road has to be tried again. */
async function publishPending(core: Core, roads: readonly Road[]): Promise<boolean> {
  const own = await core.store.account();
  if (own === undefined || !own.recordPending) return true;
  for (const road of roads) {
    const published = await road.publishRecord(parseAccountId(own.account), own.record);
    if (published.outcome !== 'published') {
      core.log('record-not-published', { road: road.name, outcome: published.outcome });
      return false;
    }
  }
  await core.unit(async (work) => {
    const state = await core.store.account();
    if (state === undefined || !equalBytes(state.record, own.record)) return;
    work.change({ kind: 'put-account', state: { ...state, recordPending: false } });
    work.after(() => {
      core.signals.recordPublished();
      return undefined;
    });
  });
  return true;
}
