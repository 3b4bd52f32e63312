import { FILE_FAILURES, FILE_LANES } from '../constants.ts';
import type { Problem } from '../problems/problem.ts';
import type { Lanes } from './lanes.ts';

/** How one chunk fared. */
export type ChunkEnd =
  | { readonly outcome: 'done' }
  /** Nobody wants the file any more, or the client is closing. */
  | { readonly outcome: 'stop' }
  /** It may go another time, not before so many milliseconds. */
  | { readonly outcome: 'later'; readonly retryAfter: number }
  /** It never will, and with it the file. */
  | { readonly outcome: 'failed'; readonly problem: Problem };

/**
 * Carry chunks in order, several at a time. Some that fail do not hold up the others: they are what is left
 * over for another time, unless too many in a row do.
 */
export async function carryChunks(
  chunks: readonly number[],
  lanes: Lanes,
  carry: (chunk: number, lane: number) => Promise<ChunkEnd>,
): Promise<ChunkEnd> {
  let next = 0;
  let failures = 0;
  let end: ChunkEnd | undefined;
  let later: Extract<ChunkEnd, { outcome: 'later' }> | undefined;

  async function work(): Promise<void> {
    while (end === undefined && next < chunks.length) {
      const chunk = chunks[next++] as number;
      const ended = await lanes.run((lane) => carry(chunk, lane));
      if (ended.outcome === 'done') failures = 0;
      else if (ended.outcome !== 'later') end ??= ended;
      else {
        if (later === undefined || later.retryAfter < ended.retryAfter) later = ended;
        if (++failures >= FILE_FAILURES) end ??= later;
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(FILE_LANES, chunks.length) }, work));
  return end ?? later ?? { outcome: 'done' };
}
