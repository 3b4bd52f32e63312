import { readFileSync } from 'node:fs';
import type { Canary } from '../find/canary.ts';
import type { CanarySearch } from '../find/canary-search.ts';
import { readCapture } from '../find/read-capture.ts';
import { type Sighting, sightingOf } from './sighting.ts';

/** Search all that went over the network, connection by connection, and who stood in the packets' headers. */
export function lookAtNetwork(
  file: string,
  search: CanarySearch,
  addresses: readonly Canary[],
): readonly Sighting[] {
  const sightings: Sighting[] = [];
  const where = 'network';
  for (const { from, bytes } of readCapture(readFileSync(file))) {
    for (const found of search.find(bytes)) sightings.push(sightingOf(where, 'wire', found));
    const ip = from.split(':')[0] ?? '';
    for (const canary of addresses) {
      if (Buffer.from(canary.bytes).toString() === ip) {
        sightings.push(sightingOf(where, 'packet header', { canary, encoding: 'address' }));
      }
    }
  }
  return sightings;
}
