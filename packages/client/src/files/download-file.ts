import type { Bytes } from '@sotto/bytes';
import {
  type FilePointer,
  mailboxFor,
  openChunk,
  openManifest,
  placeOf,
  readPermit,
  ShardsError,
} from '@sotto/shards';
import type { Core } from '../core/core.ts';
import type { ChunkRoad } from '../ports/road.ts';
import type { StoredFile } from '../ports/store.ts';
import { hasBit, missingBits } from './bits.ts';
import { type ChunkEnd, carryChunks } from './carry-chunks.ts';
import { type ChunkLog, createChunkLog } from './chunk-log.ts';
import type { Lanes } from './lanes.ts';
import { hashesOf, pointerOf } from './pointer-of.ts';

interface Ways {
  readonly road: ChunkRoad;
  readonly lanes: Lanes;
  readonly isOver: () => boolean;
}

/**
 * Fetch what is not here yet: the manifest first, where there is one, then the chunks, each of which is verified by
 * itself before it is kept. What it is called on the way says nothing, so a node can only leave something out.
 */
export async function downloadFile(core: Core, file: StoredFile, ways: Ways): Promise<ChunkEnd> {
  const pointer = pointerOf(file);
  const { layout } = pointer;
  const log = createChunkLog(core, file.id, 'wanted');
  if (layout.manifest && !hasBit(file.done, layout.chunks)) {
    const { hashes } = pointer;
    if (hashes.kind !== 'manifest') return { outcome: 'failed', problem: 'file-damaged' };
    const got = await fetchChunks([layout.chunks], () => hashes.hash, { pointer, log, ways });
    if (!(await log.flush())) return { outcome: 'stop' };
    if (got.outcome !== 'done') return got;
  }
  const hashes = await hashesOf(core.store, file, pointer);
  if (hashes === undefined) return { outcome: 'failed', problem: 'file-damaged' };
  const left = missingBits(file.done, layout.chunks);
  const end = await fetchChunks(left, (chunk) => hashes[chunk] as Bytes, { pointer, log, ways });
  return (await log.flush()) ? end : { outcome: 'stop' };
}

function fetchChunks(
  chunks: readonly number[],
  hashOf: (chunk: number) => Bytes,
  { pointer, log, ways }: { readonly pointer: FilePointer; readonly log: ChunkLog; readonly ways: Ways },
): Promise<ChunkEnd> {
  return carryChunks(chunks, ways.lanes, async (chunk, lane): Promise<ChunkEnd> => {
    if (ways.isOver()) return { outcome: 'stop' };
    const { shard, namespace } = placeOf(chunk);
    const mailbox = mailboxFor(pointer, chunk);
    const hash = hashOf(chunk);
    const fetched = await ways.road.fetch({
      mailbox,
      namespace,
      hash,
      permit: readPermit(pointer, shard),
      lane,
    });
    switch (fetched.outcome) {
      case 'found':
        // It is what its sender stored; whether that is what the pointer promises is another question.
        if (!isWhole(pointer, chunk, fetched.data)) return { outcome: 'failed', problem: 'file-damaged' };
        return (await log.add(chunk, fetched.data)) ? { outcome: 'done' } : { outcome: 'stop' };
      case 'missing':
        return { outcome: 'failed', problem: 'file-gone' };
      case 'busy':
        return { outcome: 'later', retryAfter: fetched.retryAfter };
      case 'unreachable':
        return { outcome: 'later', retryAfter: 0 };
    }
  });
}

function isWhole(pointer: FilePointer, chunk: number, data: Bytes): boolean {
  try {
    if (chunk === pointer.layout.chunks) openManifest(pointer, data);
    else openChunk(pointer, chunk, data);
    return true;
  } catch (error) {
    if (error instanceof ShardsError) return false;
    throw error;
  }
}
