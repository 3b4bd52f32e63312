import { equalBytes } from '@sotto/bytes';
import { parseAccountId, parseNetwork, readRecord } from '@sotto/identity';
import {
  MINUTE,
  RECORD_RENEW_BEFORE,
  RECORD_VERIFY_EVERY,
  REPLACED_LOOK,
  REPLACED_LOOKS_SOON,
  UPKEEP_EVERY,
} from '../constants.ts';
import { type Alarm, createAlarm } from '../core/alarm.ts';
import type { Core } from '../core/core.ts';
import type { Road, RoadName } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import { joinRoad } from './join-road.ts';
import { sameRelay, toldAddress } from './own-relays.ts';
import { createRecordPublisher, type RecordPublisher } from './publish-record.ts';
import { rotateKeys, type UploadedKeys } from './rotate-keys.ts';
import { ownRecord, signNextRecord } from './sign-own-record.ts';
import { followOwnRecord, isListed, isReplaced } from './standing.ts';
import { stateOf } from './view-account.ts';

/**
 * Upkeep (design §1.5): prekeys rotate every two days and one-time keys are topped up, the record follows
 * them, and what the roads show is compared with it daily. Looks hourly, and sooner while something waits.
 * The roads are served side by side, so that one that is silent holds nothing up on another.
 */
export function keepAccount(core: Core): Alarm {
  const uploaded: UploadedKeys = new Map();
  const publisher = createRecordPublisher(core);
  const verifiedAt = new Map<RoadName, number>();
  /** Looks since a road has said that this device is none of the account's any more. */
  let looks = 0;
  const untilNextLook = () => REPLACED_LOOKS_SOON[looks++] ?? REPLACED_LOOK;

  return createAlarm(core, 'upkeep', async () => {
    await core.store.forgetSeen(core.clock.now());
    const own = await core.store.account();
    if (own === undefined || stateOf(own) !== 'ready') return undefined;
    const stopped = core.roads.status().filter(({ stop }) => stop !== undefined);
    const revoked = stopped.filter(({ stop }) => stop === 'credentials-revoked');
    if (revoked.length === 0) looks = 0;
    if (stopped.length > 0 && isListed(core, own)) await confirmReplaced(core, own);
    const now = (await core.store.account()) ?? own;
    if (isReplaced(core, now)) return isListed(core, now) ? untilNextLook() : undefined;
    const all = core.roads.all().filter(({ name }) => !revoked.some(({ road }) => road === name));
    const joined = all.filter(({ name }) => own.credentials[name] !== undefined);
    // Before all else: without it nobody can write to a new account.
    await publisher.publish(joined);
    const served = await Promise.all(
      all.map((road) =>
        joined.includes(road) ? rotateKeys(core, own, road, uploaded) : joinRoad(core, own, road),
      ),
    );
    const isDue = ({ name }: Road) =>
      core.clock.now() - (verifiedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= RECORD_VERIFY_EVERY;
    for (const { name } of await verifyRecord(core, joined.filter(isDue), publisher)) {
      verifiedAt.set(name, core.clock.now());
    }
    // Last: a device that was replaced must make no revision in the name of the account.
    await renewRecord(core);
    const after = (await core.store.account()) ?? own;
    const published = await publisher.publish(
      all.filter(({ name }) => after.credentials[name] !== undefined),
    );
    if (!published || served.includes(false)) return MINUTE;
    return revoked.length > 0 ? untilNextLook() : UPKEEP_EVERY;
  });
}

/**
 * Learn for good, from the record, what a road says only for now. The other device registers first and
 * publishes its record then, so the first look may come too early.
 */
async function confirmReplaced(core: Core, own: AccountState): Promise<void> {
  const joined = core.roads.all().filter(({ name }) => own.credentials[name] !== undefined);
  await Promise.all(
    joined.map((road) =>
      road.name === 'onion' ? core.ownLook.again() : followOwnRecord(core, road, own.account),
    ),
  );
}

/** Make the next revision when the keys or relays in the present one are old or its time is running out. */
async function renewRecord(core: Core): Promise<void> {
  const told = await toldAddress(core);
  await core.unit(async (work) => {
    const own = await core.store.account();
    if (own === undefined || !isListed(core, own)) return;
    const keys = await core.ratchetOf(own).current();
    const record = ownRecord(core, own);
    const device = record.devices.find(({ id }) => id === own.device);
    if (keys === undefined || device === undefined) return;
    const now = core.clock.now();
    const { relay } = parseNetwork(own.network);
    // A relay that says nothing now takes nothing back of what it said before.
    const relays = relay === undefined ? [] : told === undefined ? record.relays : [told];
    const current =
      device.signedPreKey.id === keys.signedPreKey.id &&
      device.lastResortKyberPreKey.id === keys.lastResortKyberPreKey.id &&
      relays.length === record.relays.length &&
      relays.every((each, index) => sameRelay(each, record.relays[index]));
    if (current && record.validUntil - now > RECORD_RENEW_BEFORE) return;
    const next = signNextRecord(core, own, { keys, relays, now });
    work.change({ kind: 'put-account', state: { ...own, record: next, recordPending: true } });
  });
}

/** Does every road show our record? If not, it is published again. Returns the roads that have answered. */
async function verifyRecord(
  core: Core,
  roads: readonly Road[],
  publisher: RecordPublisher,
): Promise<readonly Road[]> {
  if ((await core.store.account())?.recordPending) return roads;
  const answered: Road[] = [];
  for (const road of roads) if (await verifyOn(core, road, publisher)) answered.push(road);
  return answered;
}

async function verifyOn(core: Core, road: Road, publisher: RecordPublisher): Promise<boolean> {
  const own = await core.store.account();
  // Another road has just said that the account goes on without this device.
  if (own === undefined || !isListed(core, own)) return true;
  const account = parseAccountId(own.account);
  const fetched = await road.fetchRecord(account);
  if (fetched.outcome === 'unreachable' || fetched.outcome === 'busy') return false;
  const seen = () => {
    if (road.name === 'onion') core.ownLook.seen();
    return true;
  };
  if (fetched.outcome === 'found' && equalBytes(fetched.record, own.record)) return seen();
  const shown = fetched.outcome === 'found' ? readRecord(fetched.record, account) : undefined;
  const ahead = shown?.outcome === 'read' ? shown.record.revision - ownRecord(core, own).revision : -1;
  if (ahead >= 0) {
    core.log('record-ahead', { road: road.name });
    if (!(await followOwnRecord(core, road, own.account))) return false;
    const after = await core.store.account();
    // In the same place one of the recovery key's outranks ours; any other there is put right.
    if (ahead > 0 || after === undefined || !isListed(core, after)) return seen();
  }
  core.log('record-differs', { road: road.name });
  publisher.doubt(road.name);
  await core.unit(async (work) => {
    const state = await core.store.account();
    if (state !== undefined) work.change({ kind: 'put-account', state: { ...state, recordPending: true } });
  });
  return seen();
}
