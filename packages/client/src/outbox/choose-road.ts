import type { Roads } from '../core/roads.ts';
import type { Road } from '../ports/road.ts';
import type { RoadWish } from '../ports/store.ts';

export type RoadChoice =
  /** The first, and those to go on by when it does not answer. */
  | { readonly outcome: 'take'; readonly roads: readonly [Road, ...Road[]] }
  /** None is up that may be taken; the roads tell when that changes. */
  | { readonly outcome: 'wait' }
  /** The account is on no such road. */
  | { readonly outcome: 'none' }
  /** Stopped until the user does something. */
  | { readonly outcome: 'stopped' };

/**
 * The road for a chat (design §1.4). A chat that is bound to one road takes that or none: nothing it causes
 * may leave by another. `auto` takes the relay while it is healthy, and waits for one that is only just
 * connecting; else the onion road. `beyond`: the recipient is at no relay. `aside`: the recipient's relay,
 * which is not ours, was silent just now.
 */
export function chooseRoad(
  roads: Roads,
  wish: RoadWish,
  { beyond = false, aside = false }: { readonly beyond?: boolean; readonly aside?: boolean } = {},
): RoadChoice {
  const joined = roads
    .all()
    .filter(({ name }) => isJoined(roads, name) && (wish === 'auto' || wish === name));
  const living = joined.filter(({ name }) => roads.statusOf(name)?.state !== 'stopped');
  const [first, second] = living;
  if (first === undefined) return { outcome: joined.length === 0 ? 'none' : 'stopped' };
  if (second === undefined)
    return isUp(roads, first) ? { outcome: 'take', roads: [first] } : { outcome: 'wait' };
  const [relay, onion] = [first, second];
  if (beyond) return isUp(roads, onion) ? { outcome: 'take', roads: [onion] } : { outcome: 'wait' };
  const healthy = !aside && roads.statusOf(relay.name)?.health === 'healthy';
  // Only the connection that mail comes in on can say that this device was replaced meanwhile.
  if (healthy && !isUp(roads, relay)) return { outcome: 'wait' };
  // A relay that has to prove itself is no reason to give up an onion road that is only just connecting.
  const soon = roads.statusOf(onion.name)?.health === 'healthy' && !isUp(roads, onion);
  if (!healthy && soon) return { outcome: 'wait' };
  const [next, ...others] = (healthy ? [relay, onion] : [onion, relay]).filter((road) => isUp(roads, road));
  return next === undefined ? { outcome: 'wait' } : { outcome: 'take', roads: [next, ...others] };
}

/** Another program uses this very profile: two copies of one ratchet spoil each other's messages, by any road. */
export function isCopied(roads: Roads): boolean {
  return roads.status().some(({ stop }) => stop === 'connected-elsewhere');
}

function isJoined(roads: Roads, name: Road['name']): boolean {
  return (roads.statusOf(name)?.state ?? 'not-started') !== 'not-started';
}

function isUp(roads: Roads, { name }: Road): boolean {
  return roads.statusOf(name)?.state === 'up';
}
