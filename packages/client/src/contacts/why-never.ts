import { parseNetwork } from '@sotto/identity';
import type { NoWay } from '../client-types.ts';
import { RECORD_FRESH } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { RoadName } from '../ports/road.ts';
import type { AccountState, Contact } from '../ports/store.ts';
import { effectiveRoad } from './effective-road.ts';
import { pinnedRecord } from './learn-record.ts';

/** Why nothing of a chat can be carried until somebody decides otherwise. */
export type Never =
  | NoWay
  /** This account is not on the onion road, and it was the other side that bound the chat to it. */
  | 'no-onion-for-theirs';

/**
 * Does a chat wait for what will not come by itself? That they have no relay is believed for as long as a
 * record counts as fresh: they may have joined one since, and nobody tells. `lookedUp`: it has just been asked.
 */
export function whyNever(
  core: Core,
  own: AccountState,
  contact: Contact,
  { lookedUp = false }: { readonly lookedUp?: boolean } = {},
): Never | undefined {
  const { road: wish, because } = effectiveRoad(contact);
  if (wish === 'auto') return undefined;
  if (!mayTravel(own, wish)) {
    if (wish === 'relay') return 'no-relay';
    return because === 'theirs' ? 'no-onion-for-theirs' : 'no-onion';
  }
  const atNoRelay = pinnedRecord(core, contact)?.relays.length === 0;
  const isFresh = lookedUp || Math.abs(core.clock.now() - contact.recordCheckedAt) < RECORD_FRESH;
  return wish === 'relay' && atNoRelay && isFresh ? 'they-have-no-relay' : undefined;
}

/** It has taken the account in, or will: only who has the words can be taken in later. */
export function mayTravel(own: AccountState, road: RoadName): boolean {
  if (own.credentials[road] !== undefined) return true;
  if (own.seed === undefined) return false;
  const { relay, directory } = parseNetwork(own.network);
  return (road === 'relay' ? relay : directory) !== undefined;
}
