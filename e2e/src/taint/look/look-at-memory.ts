import type { CanarySearch } from '../find/canary-search.ts';
import { mayReadMemory, readMemory } from '../find/read-memory.ts';
import { TIME } from '../known-canaries.ts';
import { pidOf, readLiveHeap, type Server } from '../world/server.ts';
import { layerFieldsIn } from './layer-fields.ts';
import { isOwnClock } from './own-clock.ts';
import { type Sighting, sightingOf } from './sighting.ts';

/**
 * Search what a server's process has in memory: all of it as it passes through, freed buffers and garbage
 * included (`passing memory`, for root only), and what is alive after a full collection (`memory`).
 */
export async function lookAtMemory(server: Server, search: CanarySearch): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  const { name: where } = server;
  if (mayReadMemory()) {
    for (const piece of readMemory(pidOf(server), search.longest)) {
      for (const found of search.find(piece)) {
        const { canary, encoding } = found;
        if (canary.field === TIME && encoding === 'raw' && isOwnClock(piece, canary.bytes)) continue;
        sightings.push(sightingOf(where, 'passing memory', found));
      }
      for (const field of layerFieldsIn(piece)) {
        sightings.push({ where, place: 'opened layer', field, of: 'nobody', encoding: 'raw' });
      }
    }
  }
  for (const found of search.find(await readLiveHeap(server))) {
    sightings.push(sightingOf(where, 'memory', found));
  }
  return sightings;
}
