import type { PublishedPreKeys } from '@sotto/ratchet';
import type { Core } from '../core/core.ts';
import type { Road, RoadName } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';

/** The signed prekey that each road is known to have, by its ID; nothing is known when a run begins. */
export type UploadedKeys = Map<RoadName, number>;

/** Make the keys that are due, commit them, upload what this road lacks. False when that has to be tried again. */
export async function rotateKeys(
  core: Core,
  own: AccountState,
  road: Road,
  uploaded: UploadedKeys,
): Promise<boolean> {
  const remaining = await road.countPreKeys();
  const ratchet = core.ratchetOf(own);
  const made = await core.unit(async (work) => {
    const now = core.clock.now();
    const result = await ratchet.maintain({ now, ...(remaining === undefined ? {} : { remaining }) });
    work.ratchet(result.changes);
    return result.published;
  });
  // Another road, or a run that crashed, may have had them made.
  const current = await core.unit(() => ratchet.current());
  const lacks = current !== undefined && uploaded.get(road.name) !== current.signedPreKey.id;
  const keys: PublishedPreKeys = lacks ? { ...made, ...current } : made;
  if (isNothing(keys)) return true;
  const published = await road.publishPreKeys(keys);
  if (published.outcome !== 'published') return false;
  await core.unit(async (work) => work.ratchet(await ratchet.published(keys)));
  if (current !== undefined) uploaded.set(road.name, current.signedPreKey.id);
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
