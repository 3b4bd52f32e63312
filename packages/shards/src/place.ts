import { CHUNKS_PER_SHARD, FIRST_NAMESPACE } from './limits.ts';

/** Where a chunk lies: under which of a file's keys, and in which of its namespaces. */
export interface ChunkPlace {
  readonly shard: number;
  readonly namespace: number;
}

/** Only the owner of a key may store in an odd namespace above 1000, and each holds one chunk. */
export function placeOf(chunk: number): ChunkPlace {
  return {
    shard: Math.floor(chunk / CHUNKS_PER_SHARD),
    namespace: FIRST_NAMESPACE + 2 * (chunk % CHUNKS_PER_SHARD),
  };
}
