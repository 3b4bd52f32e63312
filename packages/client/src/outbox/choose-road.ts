import type { Roads } from '../core/roads.ts';
import type { Road } from '../ports/road.ts';
import type { Contact } from '../ports/store.ts';

/**
 * The road for a chat (design §1.4). A chat that is bound to one road takes that or none: nothing it
 * causes may leave by another. `auto` takes the first road that has not stopped for good.
 */
export function chooseRoad(roads: Roads, wish: Contact['road']): Road | undefined {
  if (wish !== 'auto') return roads.get(wish);
  const stopped = new Set(
    roads
      .status()
      .filter(({ state }) => state === 'stopped')
      .map(({ road }) => road),
  );
  const all = roads.all();
  return all.find(({ name }) => !stopped.has(name)) ?? all[0];
}
