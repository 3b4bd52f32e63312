import type { DeleteAccountOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
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
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'no-account' };
  // What lies on the roads belongs to the device that took over.
  const roads = hereOnly || isReplaced(core, own) ? [] : core.roads.all();
  for (const road of roads) {
    if (own.credentials[road.name] === undefined) continue;
    const left = await road.leave();
    const gone = left.outcome === 'published' || (left.outcome === 'rejected' && GONE.has(left.status));
    if (!gone && !force) return { outcome: 'road-failed', road: road.name };
  }
  await stop();
  await core.unit(() => core.store.erase());
  core.events.emit({ event: 'account', state: 'none' });
  return { outcome: 'deleted' };
}
