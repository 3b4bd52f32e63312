import type { RoadStatusValue } from '@sotto/local-api';

/**
 * A road after an event of it. What is in no event holds until the next status: paths, and why nothing comes
 * through the onion network. Why nothing is sent to the relay is in each of its events, or over.
 */
export function mergeRoad(before: RoadStatusValue | undefined, told: RoadStatusValue): RoadStatusValue {
  if (told.road !== 'relay') return { ...before, ...told };
  const { problem: _, problem_code: __, ...held } = before ?? {};
  return { ...held, ...told };
}
