import { effectiveRoad } from '../contacts/effective-road.ts';
import { pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { RoadName } from '../ports/road.ts';
import type { OutboxEntry } from '../ports/store.ts';
import type { Problem, RefusedBy } from '../problems/problem.ts';
import type { Carried, CarriedByRoad } from './carried.ts';

/** How a road ended that did not carry it. */
export interface RoadEnd {
  readonly road: RoadName;
  readonly carried: Extract<CarriedByRoad, { outcome: 'later' | 'unanswered' | 'nobody' | 'refused' }>;
}

/**
 * A road will never take this message, as it says. That is believed when no other is left that might: each
 * that the chat may take has refused it, or knows nobody by that ID. One that is silent, busy or not up is
 * waited for, as long as a message waits at all.
 */
export async function refused(core: Core, entry: OutboxEntry, ends: readonly RoadEnd[]): Promise<Carried> {
  const open = await openRoads(core, entry, ends);
  const no = ends.filter(({ carried }) => carried.outcome === 'refused').map(({ road }) => road);
  if (open.length > 0) {
    return { outcome: 'later', retryAfter: longestOf(ends), problem: untilOther(no) };
  }
  const isStranger = ends.some(({ carried }) => carried.outcome === 'nobody');
  const tooLarge = ends.some(({ carried }) => carried.outcome === 'refused' && carried.tooLarge);
  return { outcome: 'failed', problem: forGood(tooLarge ? 'too-large-for' : 'refused-by', no, isStranger) };
}

/** Two roads there are: where one is open it was the other that refused. */
function untilOther(no: readonly RoadName[]): Problem {
  return no.includes('relay') ? 'refused-by-relay-waits-for-onion' : 'refused-by-onion-waits-for-relay';
}

function forGood(by: RefusedBy, no: readonly RoadName[], isStranger: boolean): Problem {
  if (no.includes('relay') && no.includes('onion')) return `${by}-both`;
  if (no.includes('relay')) return isStranger ? `${by}-relay-unknown-to-onion` : `${by}-relay`;
  return isStranger ? `${by}-onion-unknown-to-relay` : `${by}-onion`;
}

/** Roads that have not said no, and may yet say yes. */
async function openRoads(
  core: Core,
  entry: OutboxEntry,
  ends: readonly RoadEnd[],
): Promise<readonly RoadName[]> {
  const contact = await core.store.contact(entry.to);
  const { road: wish } = effectiveRoad(contact ?? { road: 'auto', theirRoad: 'auto' });
  const atNoRelay = contact !== undefined && pinnedRecord(core, contact)?.relays.length === 0;
  return core.roads
    .status()
    .filter(({ road, state }) => {
      if (state === 'not-started' || state === 'stopped') return false;
      if (wish !== 'auto' && wish !== road) return false;
      if (road === 'relay' && atNoRelay) return false;
      const end = ends.find((each) => each.road === road)?.carried.outcome;
      return end !== 'refused' && end !== 'nobody';
    })
    .map(({ road }) => road);
}

function longestOf(ends: readonly RoadEnd[]): number {
  return Math.max(0, ...ends.map(({ carried }) => (carried.outcome === 'later' ? carried.retryAfter : 0)));
}
