import { ClientError } from '../errors.ts';
import type { RoadMemory, RoadName } from '../ports/road.ts';
import type { ClientStore } from '../ports/store.ts';

/** More than a list of a thousand storage nodes with its signatures. */
const MAX_BYTES = 262_144;

/** What a road keeps between runs, in the account's own store. */
export function createRoadMemory(store: ClientStore, road: RoadName): RoadMemory {
  return {
    load: () => store.roadMemory(road),
    async save(bytes) {
      if (bytes.length > MAX_BYTES) throw new ClientError('broken-state', 'a road remembers too much');
      await store.commit([{ kind: 'put-road-memory', road, bytes }]);
    },
  };
}
