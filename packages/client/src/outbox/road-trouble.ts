import { effectiveRoad } from '../contacts/effective-road.ts';
import type { Core } from '../core/core.ts';
import type { RoadDistrust } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import { chooseRoad, isCopied } from './choose-road.ts';

const DISTRUSTED: Readonly<Record<RoadDistrust, Problem>> = {
  'wrong-key': 'wrong-relay-key',
  untrusted: 'untrusted-relay',
};

/**
 * Why no road that a chat may take is taken at present. Read when it is asked for and not written down with
 * each message, so that it holds for all that wait and ends when it is over.
 */
export function roadTrouble(core: Core, contact: Pick<Contact, 'road' | 'theirRoad'>): Problem | undefined {
  if (isCopied(core.roads)) return 'used-elsewhere';
  const { road: wish } = effectiveRoad(contact);
  if (chooseRoad(core.roads, wish).outcome !== 'wait') return undefined;
  const distrust = core.roads
    .status()
    .find((status) => status.distrust !== undefined && (wish === 'auto' || wish === status.road))?.distrust;
  if (distrust !== undefined) return DISTRUSTED[distrust];
  // That nobody answers is not worth a word; that somebody may, whom this chat must not take, is.
  return wish === 'auto' || core.roads.all().length < 2 ? undefined : `bound-to-${wish}`;
}
