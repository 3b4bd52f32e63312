import type { Contact, RoadWish } from '../ports/store.ts';

/** How a chat travels, and whose wish that is. */
export interface EffectiveRoad {
  readonly road: RoadWish;
  readonly because: 'yours' | 'theirs';
}

/**
 * The stricter side wins (design §1.4): `onion` by either binds all that the chat causes. Beyond that each
 * side chooses for what it sends itself.
 */
export function effectiveRoad({ road, theirRoad }: Pick<Contact, 'road' | 'theirRoad'>): EffectiveRoad {
  return theirRoad === 'onion' && road !== 'onion'
    ? { road: 'onion', because: 'theirs' }
    : { road, because: 'yours' };
}
