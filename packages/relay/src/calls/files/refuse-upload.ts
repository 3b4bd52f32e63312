import { toHex } from '@sotto/bytes';
import type { RelayBlobs } from '../../blobs/relay-blobs.ts';
import { RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Caller, type Reply } from '../../http/call.ts';
import type { LimitName } from '../../limits/limits.ts';
import { overLimit } from '../../limits/over-limit.ts';

/**
 * Why somebody gets no form for so many bytes, before they send one: too many forms, too many bytes (whatever they come
 * in), or no room. A form that is refused for its bytes costs one of the forms, which is back sooner.
 */
export function refuseUpload(
  context: Pick<RelayContext, 'limits' | 'events' | 'now'>,
  blobs: RelayBlobs,
  { caller, forms, bytes }: { readonly caller: Caller; readonly forms?: LimitName; readonly bytes: number },
): Reply | undefined {
  if (!blobs.hasRoomFor(bytes)) {
    context.events.count('blobs-full');
    return busyReply(503, RETRY_WHEN_FULL_SECONDS * 1000);
  }
  const who = toHex(caller.aci);
  return (
    (forms === undefined ? undefined : overLimit(context, forms, who)) ??
    overLimit(context, 'uploadBytes', who, bytes)
  );
}
