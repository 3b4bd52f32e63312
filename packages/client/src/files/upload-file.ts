import { layoutOf, ownedShard, placeOf } from '@sotto/shards';
import { FILE_LIFETIME, OUTBOX_LIFETIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { ChunkRoad } from '../ports/road.ts';
import type { StoredFile } from '../ports/store.ts';
import { missingBits } from './bits.ts';
import { type ChunkEnd, carryChunks } from './carry-chunks.ts';
import { createChunkLog } from './chunk-log.ts';
import type { Lanes } from './lanes.ts';

/** Store what storage nodes do not have yet. Goes on where an earlier run was; a chunk that is stored twice is one. */
export async function uploadFile(
  core: Core,
  file: StoredFile,
  ways: { readonly road: ChunkRoad; readonly lanes: Lanes; readonly isOver: () => boolean },
): Promise<ChunkEnd> {
  const { id, size, seed } = file;
  if (seed === undefined) return { outcome: 'failed', problem: 'file-damaged' };
  if (core.clock.now() - file.addedAt > OUTBOX_LIFETIME) return { outcome: 'failed', problem: 'expired' };
  const log = createChunkLog(core, id, 'waiting');
  const left = missingBits(file.done, layoutOf(size).stored);
  const end = await carryChunks(left, ways.lanes, async (chunk, lane): Promise<ChunkEnd> => {
    if (ways.isOver()) return { outcome: 'stop' };
    const data = await core.store.chunk(id, chunk);
    if (data === undefined) {
      const there = await core.store.file(id);
      return there?.state === 'waiting'
        ? { outcome: 'failed', problem: 'file-damaged' }
        : { outcome: 'stop' };
    }
    const { shard, namespace } = placeOf(chunk);
    const { mailbox, secret } = ownedShard(seed, shard);
    const stored = await ways.road.store({ mailbox, namespace, secret, data, lane, lifetime: FILE_LIFETIME });
    switch (stored.outcome) {
      case 'stored':
        return (await log.add(chunk)) ? { outcome: 'done' } : { outcome: 'stop' };
      case 'rejected':
        return { outcome: 'failed', problem: 'file-refused' };
      case 'busy':
        return { outcome: 'later', retryAfter: stored.retryAfter };
      default:
        return { outcome: 'later', retryAfter: 0 };
    }
  });
  return (await log.flush()) ? end : { outcome: 'stop' };
}
