import type { AccountId } from '@sotto/identity';
import type { Core } from '../core/core.ts';
import { askRoad, type HowToAsk } from '../outbox/ask-road.ts';
import type { FetchRecordOutcome, Road, RoadName } from '../ports/road.ts';
import type { RoadWish } from '../ports/store.ts';

/** What a road shows, and which road it was. */
export type ShownRecord = FetchRecordOutcome & { readonly by: RoadName };

/**
 * Look an account up. A relay knows its own accounts only, so where it knows nobody the onion road is asked
 * too, on which every account's record lies. A strict chat never comes here with a relay.
 */
export async function fetchRecord(
  core: Core,
  road: Road,
  account: AccountId,
  how: HowToAsk & { readonly wish: RoadWish },
): Promise<ShownRecord> {
  const shown = await askRoad(core, road, how, () => road.fetchRecord(account));
  const wider = core.roads.get('onion');
  if (shown.outcome !== 'unknown-account' || road.name !== 'relay' || wider === undefined) {
    return { ...shown, by: road.name };
  }
  if (how.wish === 'onion' || core.roads.statusOf('onion')?.state === 'not-started') {
    return { ...shown, by: road.name };
  }
  return {
    ...(await askRoad(core, wider, { impatient: false }, () => wider.fetchRecord(account))),
    by: wider.name,
  };
}
