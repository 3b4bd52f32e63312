import type { Roads } from '../core/roads.ts';
import type { Road } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';

/**
 * The road for a chat (design §1.4). A chat that is bound to one road takes that or none: nothing it
 * causes may leave by another. `auto` takes the first road that is up, else one that has not stopped.
 */
export function chooseRoad(roads: Roads, wish: Contact['road']): Road | undefined {
  if (wish !== 'auto') return roads.get(wish);
  const states = new Map(roads.status().map(({ road, state }) => [road, state]));
  const all = roads.all();
  const usable = all.find(({ name }) => states.get(name) === 'up');
  return usable ?? all.find(({ name }) => states.get(name) !== 'stopped') ?? all[0];
}
