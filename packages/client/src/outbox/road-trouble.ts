import { effectiveRoad } from '../contacts/effective-road.ts';
import type { Core } from '../core/core.ts';
import type { RoadDistrust, RoadName } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';
import { chooseRoad } from './choose-road.ts';

const DISTRUSTED: Readonly<Record<RoadDistrust, string>> = {
  'wrong-key':
    'The relay at this address has another key than the URL says: somebody may stand in between, or the URL is old.',
  untrusted: 'No known authority vouches for the server at this address, so nothing is sent to it.',
};

const BOUND: Readonly<Record<RoadName, string>> = {
  onion: 'This chat goes by the onion road only, and that road does not answer now.',
  relay: 'This chat goes by the relay only, and the relay does not answer now.',
};

/**
 * Why no road that a chat may take is taken at present, in a sentence for the user. Read when it is asked
 * for and not written down with each message, so that it holds for all that wait and ends when it is over.
 */
export function roadTrouble(core: Core, contact: Pick<Contact, 'road' | 'theirRoad'>): string | undefined {
  const { road: wish } = effectiveRoad(contact);
  if (chooseRoad(core.roads, wish).outcome !== 'wait') return undefined;
  const distrust = core.roads
    .status()
    .find((status) => status.distrust !== undefined && (wish === 'auto' || wish === status.road))?.distrust;
  if (distrust !== undefined) return DISTRUSTED[distrust];
  // That nobody answers is not worth a sentence; that somebody may, whom this chat must not take, is.
  return wish === 'auto' || core.roads.all().length < 2 ? undefined : BOUND[wish];
}
