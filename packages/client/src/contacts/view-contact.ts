import type { ContactView } from '../client-views.ts';
import type { Contact } from '../ports/store.ts';
import { effectiveRoad } from './effective-road.ts';

/** What screens are shown of a contact: no keys, no record. */
export function viewContact(contact: Contact): ContactView {
  const { account, state, name, nickname, road, theirRoad, warning, verified, addedAt } = contact;
  const effective = effectiveRoad(contact);
  const displayName = nickname ?? name;
  return {
    account,
    state,
    ...(displayName === undefined ? {} : { displayName }),
    ...(name === undefined ? {} : { name }),
    ...(nickname === undefined ? {} : { nickname }),
    road,
    theirRoad,
    effectiveRoad: effective.road,
    roadBecause: effective.because,
    ...(warning === undefined ? {} : { warning }),
    verified,
    addedAt,
  };
}
