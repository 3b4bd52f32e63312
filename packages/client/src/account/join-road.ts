import { parseNetwork, seedFromBytes } from '@sotto/identity';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import { enrolOn } from './enrol.ts';

/**
 * Have a road take this device in that did not answer when the account was made. Only with the seed, from
 * which its password comes. True when there is no more to be done about it.
 */
export async function joinRoad(core: Core, own: AccountState, road: Road): Promise<boolean> {
  if (own.seed === undefined) return true;
  const ratchet = core.ratchetOf(own);
  const made = await core.unit(async (work) => {
    const remaining = { preKeys: 0, kyberPreKeys: 0 };
    const result = await ratchet.maintain({ now: core.clock.now(), remaining });
    work.ratchet(result.changes);
    return result.published;
  });
  const enrolled = await enrolOn(core, road, {
    seed: seedFromBytes(own.seed),
    network: parseNetwork(own.network),
    keys: { ...(await core.unit(() => ratchet.current())), ...made },
    // An earlier attempt may have arrived without an answer.
    restore: true,
  });
  if (enrolled.outcome === 'enrolled') {
    await core.unit(async (work) => {
      const state = await core.store.account();
      if (state !== undefined) work.change({ kind: 'put-account', state: { ...state, recordPending: true } });
    });
    await core.signals.roadJoined();
    return true;
  }
  core.log('road-not-joined', { road: road.name, outcome: enrolled.outcome });
  return enrolled.outcome !== 'unreachable' && enrolled.outcome !== 'busy';
}
