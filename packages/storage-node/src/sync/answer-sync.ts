import { type Bytes, equalBytes } from '@sotto/bytes';
import { SYNC } from '../constants.ts';
import type { SyncDigest } from './digest.ts';
import { compareIds } from './sync-id.ts';
import { encodeIdsReply, encodeItemsReply, encodeSummaryReply, type SyncRequest } from './sync-wire.ts';

/** What other members may know of what is here. */
export interface SyncSource {
  readonly digest: SyncDigest;
  /** IDs of the buckets `from` to `to`, the latter not among them, ascending. */
  list(from: number, to: number): readonly Bytes[];
  /** The items with these IDs, in order, as many as `bytes` hold and one at least; `undefined` for what is not here. */
  read(ids: readonly Bytes[], bytes: number): readonly (Bytes | undefined)[];
}

export type SyncQuestion = Extract<SyncRequest, { kind: 'summary' | 'ids' | 'items' }>;

/** Answer a member that looks for what it lacks. */
export async function answerSync(source: SyncSource, question: SyncQuestion): Promise<Bytes> {
  switch (question.kind) {
    case 'summary': {
      const { root, digests } = await source.digest.summary();
      return encodeSummaryReply(equalBytes(root, question.root) ? undefined : digests);
    }
    case 'ids':
      return encodeIdsReply(await listIds(source, question));
    case 'items':
      return encodeItemsReply(source.read(question.ids, SYNC.bytesAtOnce));
  }
}

/** Buckets that are read between two turns of the event loop. */
const RUN = 16;

async function listIds(
  source: SyncSource,
  { buckets, after }: Extract<SyncQuestion, { kind: 'ids' }>,
): Promise<{ readonly ids: readonly Bytes[]; readonly more: boolean }> {
  const ids: Bytes[] = [];
  for (const [index, bucket] of buckets.entries()) {
    if (index % RUN === RUN - 1) await new Promise((resolve) => setImmediate(resolve));
    for (const id of source.list(bucket, bucket + 1)) {
      if (after !== undefined && compareIds(id, after) <= 0) continue;
      if (ids.length === SYNC.idsAtOnce) return { ids, more: true };
      ids.push(id);
    }
  }
  return { ids, more: false };
}
