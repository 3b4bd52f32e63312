import type { DeleteAccountOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import { isReplaced } from './standing.ts';

/** Answers that mean: there is nothing left to delete. */
const GONE = new Set([401, 403, 404]);

/**
 * Leave every road, then erase what is here. Without `force` nothing is erased when a road fails, because
 * only the keys that would be erased can delete what lies there. A replaced device only erases itself, and so
 * does one of which the account is to go on elsewhere (`hereOnly`).
 */
export async function deleteAccount(
  core: Core,
  { force, hereOnly }: { readonly force: boolean; readonly hereOnly: boolean },
  stop: () => Promise<void>,
): Promise<DeleteAccountOutcome> {
  const before = await core.store.account();
  if (before === undefined) return { outcome: 'no-account' };
  // Who erases here only asks nobody anything.
  const looked = hereOnly || isReplaced(core, before) ? 'seen' : await core.ownLook.ask();
  const own = (await core.store.account()) ?? before;
  // What lies on the roads belongs to the device that took over.
  const replaced = isReplaced(core, own);
  let unconfirmed = false;
  for (const road of hereOnly || replaced ? [] : core.roads.all()) {
    if (own.credentials[road.name] === undefined) continue;
    // A swarm would delete it for any device that has the account key, also for one that was replaced.
    const unsure = road.name === 'onion' && looked !== 'seen';
    if (!unsure && (await hasLeft(road))) continue;
    if (!force) return { outcome: 'road-failed', road: road.name };
    unconfirmed = true;
  }
  await stop();
  await core.unit(() => core.store.erase());
  core.events.emit({ event: 'account', state: 'none' });
  if (replaced) return { outcome: 'deleted', onlyHere: 'replaced' };
  return unconfirmed ? { outcome: 'deleted', onlyHere: 'unconfirmed' } : { outcome: 'deleted' };
}

async function hasLeft(road: Road): Promise<boolean> {
  const left = await road.leave();
  return left.outcome === 'published' || (left.outcome === 'rejected' && GONE.has(left.status));
}
