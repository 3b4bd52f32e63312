import type { RelayBlobs } from '../../blobs/relay-blobs.ts';
import { RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Call, type Reply, reply } from '../../http/call.ts';
import { limitKey } from '../../limits/limit-key.ts';
import { giveBack, overLimitOfAddress, overLimitOfAny } from '../../limits/over-limit.ts';
import { checkWorkOf, spendWork } from '../../limits/spend-work.ts';

/** All share one bucket. */
const EVERYBODY = limitKey('');

/** It is for no account, so there is nothing that it could be bound to. */
const NO_TARGET = new Uint8Array(0);

/**
 * Why somebody who does not say who they are gets no form for so many bytes. Work is spent last, so that to be told to come
 * again costs nothing. Work that was spent before costs its address all the same, and nobody else: one proof must not use up
 * what everybody has.
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
  const shared = [[EVERYBODY, bytes]] as const;
  const limited =
    overLimitOfAddress(context, 'namelessForms', call.from) ??
    overLimitOfAddress(context, 'namelessBytes', call.from, bytes) ??
    overLimitOfAny(context, 'allNamelessBytes', shared);
  if (limited !== undefined) return limited;
  let spent = false;
  try {
    spent = await context.store.write(() => spendWork(work));
  } finally {
    if (!spent) giveBack(context, 'allNamelessBytes', shared);
  }
  return spent ? undefined : reply(401);
}
