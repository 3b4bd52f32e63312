import type { RelayBlobs } from '../../blobs/relay-blobs.ts';
import { RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Call, type Reply, reply } from '../../http/call.ts';
import { overLimit, overLimitOfAddress } from '../../limits/over-limit.ts';
import { checkWorkOf, spendWork } from '../../limits/spend-work.ts';

/** It is for no account, so there is nothing that it could be bound to. */
const NO_TARGET = new Uint8Array(0);

/**
 * Why somebody who does not say who they are gets no form for so many bytes. Work is spent last, so that to be told to come
 * again costs nothing; what does not hold costs one of the address's forms nevertheless.
 */
export async function refuseNamelessUpload(
  context: RelayContext,
  blobs: RelayBlobs,
  { call, bytes }: { readonly call: Call; readonly bytes: number },
): Promise<Reply | undefined> {
  const work = checkWorkOf(context, call.headers, { purpose: 'upload', target: NO_TARGET });
  if (work === undefined) return reply(401);
  if (!blobs.hasRoomForNameless(bytes)) {
    context.events.count('blobs-full');
    return busyReply(503, RETRY_WHEN_FULL_SECONDS * 1000);
  }
  const limited =
    overLimitOfAddress(context, 'namelessForms', call.from) ??
    overLimitOfAddress(context, 'namelessBytes', call.from, bytes) ??
    overLimit(context, 'allNamelessBytes', '', bytes);
  if (limited !== undefined) return limited;
  return (await context.store.write(() => spendWork(work))) ? undefined : reply(401);
}
