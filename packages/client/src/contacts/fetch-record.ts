import { type AccountId, formatAccountId, type RelayAddress } from '@sotto/identity';
import type { Core } from '../core/core.ts';
import { askRoad, type HowToAsk } from '../outbox/ask-road.ts';
import type { FetchRecordOutcome, Road, RoadName } from '../ports/road.ts';
import type { RoadWish } from '../ports/store.ts';
import { pinnedRecord } from './learn-record.ts';

/** What a road shows, and which road it was. */
export type ShownRecord = FetchRecordOutcome & { readonly by: RoadName };

/**
 * Look an account up. A relay knows its own accounts only, so where it knows nobody the onion road is asked
 * too, on which every account's record lies; and where the relay is out of reach behind the onion network.
 * A strict chat never comes here with a relay.
 */
export async function fetchRecord(
  core: Core,
  road: Road,
  account: AccountId,
  how: HowToAsk & { readonly wish: RoadWish },
): Promise<ShownRecord> {
  const relays = road.name === 'relay' ? await namedRelays(core, account) : [];
  const afar = core.roads.access === 'onion';
  const shown = await askRoad(core, road, how, () => road.fetchRecord(account, relays));
  const wider = core.roads.get('onion');
  const asksOn = shown.outcome === 'unknown-account' || (afar && shown.outcome === 'unreachable');
  if (!asksOn || road.name !== 'relay' || wider === undefined) {
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

/** Those that the record of a contact names, with the keys that they signed there. */
async function namedRelays(core: Core, account: AccountId): Promise<readonly RelayAddress[]> {
  const contact = await core.store.contact(formatAccountId(account));
  return (contact && pinnedRecord(core, contact)?.relays) ?? [];
}
