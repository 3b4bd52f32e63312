import { effectiveRoad } from '../contacts/effective-road.ts';
import type { Core } from '../core/core.ts';
import type { RoadDistrust, RoadName } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import { chooseRoad, isCopied, type RoadChoice } from './choose-road.ts';

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
  const choice = chooseRoad(core.roads, wish);
  if (isBehindOnion(core, choice)) return 'relay-behind-onion';
  const distrustOf = (name: RoadName) => core.roads.statusOf(name)?.distrust;
  if (choice.outcome === 'take') {
    // Mail may come in by a road that nothing is sent on.
    const [met, ...others] = choice.roads.map(({ name }) => distrustOf(name));
    return met === undefined || others.includes(undefined) ? undefined : DISTRUSTED[met];
  }
  if (choice.outcome !== 'wait') return undefined;
  const names = core.roads.all().map(({ name }) => name);
  const distrust = names.filter((name) => wish === 'auto' || wish === name).map(distrustOf);
  const met = distrust.find((one) => one !== undefined);
  if (met !== undefined) return DISTRUSTED[met];
  // That nobody answers is not worth a word; that somebody may, whom this chat must not take, is.
  return wish === 'auto' || core.roads.all().length < 2 ? undefined : `bound-to-${wish}`;
}

/** Only the relay is left, and what leads there does not answer. */
function isBehindOnion({ roads }: Core, choice: RoadChoice): boolean {
  if (choice.outcome !== 'take' || roads.access === 'direct') return false;
  const network = roads.statusOf('onion');
  return choice.roads.every(({ name }) => name === 'relay') && network?.state === 'connecting';
}
