import { ownedShard, placeOf } from '@sotto/shards';
import { FILE_LIFETIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { ChunkRoad } from '../ports/road.ts';
import type { StoredFile } from '../ports/store.ts';
import type { ChunkEnd } from './carry-chunks.ts';
import { hashesOf, pointerOf } from './pointer-of.ts';

/** Delete what storage nodes may have of a file that is not sent after all; what cannot be deleted expires. */
export async function removeShards(core: Core, file: StoredFile, road: ChunkRoad): Promise<ChunkEnd> {
  const { id, seed } = file;
  const isOver = core.clock.now() - file.addedAt > FILE_LIFETIME;
  const pointer = pointerOf(file);
  const hashes = await hashesOf(core.store, file, pointer);
  if (!isOver && seed !== undefined && hashes !== undefined) {
    for (let shard = 0; shard < pointer.layout.shards; shard++) {
      const { mailbox, secret } = ownedShard(seed, shard);
      const its = hashes.filter((_, chunk) => placeOf(chunk).shard === shard);
      if (!(await road.remove({ mailbox, secret, hashes: its }))) return { outcome: 'later', retryAfter: 0 };
    }
  }
  await core.unit(async (work) => work.change({ kind: 'delete-file', id }));
  return { outcome: 'done' };
}
