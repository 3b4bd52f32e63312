import type { AppendOutcome, FinishOutcome } from '../blob-store.ts';
import type { Exchange } from '../http/exchange.ts';
import { Ended } from '../http/pace.ts';
import { readAtPace } from '../http/read-at-pace.ts';
import { type Reply, refusal } from '../http/reply.ts';
import type { TusContext } from './tus-context.ts';

/** Said of an upload that another request is changing. */
export const BUSY = refusal(423, 'another request is writing to this upload');

/** What came of a body. */
export type WriteOutcome =
  /** Taken, and on disk; `finished` when it was the rest. */
  | { readonly outcome: 'taken'; readonly offset: number; readonly finished: boolean }
  | { readonly outcome: 'refused'; readonly reply: Reply };

export interface Body {
  readonly blobKey: string;
  readonly offset: number;
  /** Of the whole upload. */
  readonly length: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Append a request's body, and finish the upload when it is whole then. */
export async function writeBody(
  { blobs, pace }: TusContext,
  { request }: Exchange,
  { blobKey, offset, length, signal }: Body,
): Promise<WriteOutcome> {
  const appended = await blobs.append(blobKey, offset, readAtPace(request, pace, signal));
  if (appended.outcome !== 'appended' || appended.offset < length) return outcomeOf(appended);
  const refusedToFinish = refuseToFinish(await blobs.finish(blobKey));
  if (refusedToFinish !== undefined) return { outcome: 'refused', reply: refusedToFinish };
  return { outcome: 'taken', offset: appended.offset, finished: true };
}

/** Undefined when it was finished. */
export function refuseToFinish(finished: FinishOutcome): Reply | undefined {
  switch (finished.outcome) {
    case 'finished':
      return undefined;
    // Signal's server says it so, and its clients begin anew then (reference: signal-service §8).
    case 'wrong-checksum':
      return refusal(415, 'the bytes do not have the SHA-256 that was announced');
    case 'full':
      return refusal(507, 'the store is full');
    case 'busy':
      return BUSY;
    case 'incomplete':
    case 'absent':
      return refusal(404, 'there is no such upload');
  }
}

function outcomeOf(appended: AppendOutcome): WriteOutcome {
  switch (appended.outcome) {
    case 'appended':
      return { outcome: 'taken', offset: appended.offset, finished: false };
    case 'interrupted':
      return endedBy(appended.cause, appended.offset);
    case 'too-long':
      return refused(413, 'this is more than was announced', appended.offset);
    case 'full':
      return refused(507, 'the store is full', appended.offset);
    case 'wrong-offset':
      return refused(409, `the upload is at ${appended.offset}`, appended.offset);
    case 'busy':
      return { outcome: 'refused', reply: BUSY };
    case 'absent':
      return refused(404, 'there is no such upload');
  }
}

function endedBy(cause: unknown, offset: number): WriteOutcome {
  const reason = cause instanceof Ended ? cause.reason : 'hung-up';
  if (reason === 'too-slow') return refused(408, `too slow: go on at ${offset}`, offset);
  if (reason === 'taken-over') return refused(409, 'another request goes on with this upload', offset);
  // Who hung up hears nothing of this.
  return refused(400, 'the body ended before its end', offset);
}

function refused(status: number, words: string, offset?: number): WriteOutcome {
  const headers = offset === undefined ? {} : { 'Upload-Offset': offset };
  return { outcome: 'refused', reply: refusal(status, words, headers) };
}
