import { type Moment, STOPS, type Stop } from '@sotto/bytes';

/** Who writes, and to whom by which road. */
export const WRITER = 0;
export const READERS = { relay: 1, onion: 2 } as const;

/** One death on the way of a message. */
export interface CrashCase {
  readonly stop: Stop;
  readonly moment: Moment;
  readonly road: 'relay' | 'onion';
}

export type CrashOutcome = 'died' | 'nothing passed';

const MOMENTS: readonly Moment[] = ['before', 'after'];
/** What a person does is the same whatever road the message takes then. */
const ONE_ROAD: ReadonlySet<Stop> = new Set(['compose', 'show']);

/** Every stop, before and after, by both roads. */
export function allCrashCases(): readonly CrashCase[] {
  return STOPS.flatMap((stop) =>
    MOMENTS.flatMap((moment) =>
      (['relay', 'onion'] as const)
        .filter((road) => road === 'relay' || !ONE_ROAD.has(stop))
        .map((road) => ({ stop, moment, road })),
    ),
  );
}
