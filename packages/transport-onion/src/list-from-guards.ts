import { isSeen } from '@sotto/directory';
import { isKnown } from './nodes.ts';
import type { Traveller } from './travel.ts';

/** Why nothing comes through, as far as the guards could tell. */
export type OnionTrouble =
  /** None of them answers, asked directly: this machine is cut off, or they have left the network. */
  | 'no-guard'
  /** They answer and know no newer list, and yet no path works. */
  | 'no-path'
  /** They go by a list that our signers have not signed, or have signed another one of the same number. */
  | 'other-list';

/** As many as are in use when they live. Of the dead, those that have rested longest are asked. */
const GUARDS_ASKED = 2;

/**
 * Ask the guards themselves for the newest list, because no path works: ours may name too many nodes that
 * have gone since. Nobody is dialled who would not be anyway, and what they say counts with the signatures
 * only. `undefined`: we go by a newer list now.
 */
export async function listFromGuards({
  nodes,
  door,
}: Pick<Traveller, 'nodes' | 'door'>): Promise<OnionTrouble | undefined> {
  const guards = nodes.keeper.guards().slice(0, GUARDS_ASKED);
  const lists = await Promise.all(
    guards.map(async (guard) => {
      const list = await door.askForList(guard);
      // A reserve takes the place of one that is silent, and is asked the next time.
      if (list === undefined) nodes.keeper.guardFailed(guard);
      return list;
    }),
  );
  const given = lists.filter((list) => list !== undefined);
  const outcomes = given.map((list) => nodes.adopt(list));
  // Not on disk, it is fetched again at the next start.
  await nodes.remember().catch(() => undefined);
  if (outcomes.includes('adopted')) return undefined;
  if (outcomes.length === 0) return 'no-guard';
  // Where nobody signs, another list is no sign of another network.
  return isSeen(nodes.list) || outcomes.some(isKnown) ? 'no-path' : 'other-list';
}
