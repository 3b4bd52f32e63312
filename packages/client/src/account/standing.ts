import { equalBytes } from '@sotto/bytes';
import { acceptRecord, parseAccountId } from '@sotto/identity';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import { ownRecord } from './sign-own-record.ts';

/**
 * May this device no longer speak for its account? The newest record that was proven to us does not list
 * it, which is remembered with the record; or the roads have stopped knowing it, which the next start
 * asks again.
 */
export function isReplaced(core: Core, own: AccountState): boolean {
  return !isListed(core, own) || isRevoked(core);
}

/** Does the newest record that was proven to us list this very installation? */
export function isListed(core: Core, own: AccountState): boolean {
  // An Ed25519 secret ends in its public key.
  const deviceKey = own.deviceSecret.subarray(32);
  return ownRecord(core, own).devices.some(
    (device) =>
      device.id === own.device &&
      device.registrationId === own.registrationId &&
      equalBytes(device.deviceKey, deviceKey),
  );
}

/** No road is left that takes this device in. */
function isRevoked(core: Core): boolean {
  const joined = core.roads.status().filter(({ state }) => state !== 'not-started');
  return joined.length > 0 && joined.every(({ stop }) => stop === 'credentials-revoked');
}

/**
 * Adopt the own record that a road shows when it follows from ours: the account went on without this
 * device. A record that nobody we know has signed changes nothing. False when the road did not answer.
 */
export async function followOwnRecord(core: Core, road: Road, account: string): Promise<boolean> {
  const fetched = await road.fetchRecord(parseAccountId(account));
  if (fetched.outcome === 'unreachable' || fetched.outcome === 'busy') return false;
  if (fetched.outcome === 'unknown-account') return true;
  await core.unit(async (work) => {
    const own = await core.store.account();
    if (own === undefined || equalBytes(fetched.record, own.record)) return;
    const verdict = acceptRecord({
      account: parseAccountId(own.account),
      now: core.clock.now(),
      pinned: own.record,
      incoming: fetched.record,
    });
    // One that is over is proven all the same: the account has rested since.
    if (verdict.outcome !== 'accepted' && verdict.outcome !== 'expired') return;
    work.change({ kind: 'put-account', state: { ...own, record: fetched.record, recordPending: false } });
    work.after(() => {
      core.log('record-followed', { road: road.name });
      core.signals.standingChanged();
      return { event: 'account', state: 'ready' };
    });
  });
  return true;
}
