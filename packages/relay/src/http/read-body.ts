import { asBytes, type Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { MAX_FRAME_BYTES, STATUS } from '@sotto/protocol';
import { busyReply, type Reply, reply } from './call.ts';

/** An honest client that misjudges a limit does not misjudge it by more. */
const MAX_DROPPED = 8 * MAX_FRAME_BYTES;

/**
 * The body, or a refusal when it is too long or when all bodies together are. The rest is read and dropped, since
 * a client that is cut off while it writes never sees the answer; beyond `MAX_DROPPED` it is cut off all the same.
 */
export async function readBody(
  request: AsyncIterable<Buffer>,
  most: number,
  share: ByteShare,
): Promise<Bytes | Reply> {
  // Grown by doubling: a list of the parts would cost far more than they hold when each is one byte.
  let body = Buffer.alloc(0);
  let length = 0;
  let refusal: Reply | undefined;
  for await (const part of request) {
    const end = length + part.length;
    if (end > most) refusal ??= reply(STATUS.tooLarge);
    if (end > MAX_DROPPED) return refusal ?? reply(STATUS.tooLarge);
    if (refusal === undefined && end > body.length) {
      const room = Math.min(most, Math.max(2 * body.length, end));
      if (share.take(room - body.length)) body = Buffer.concat([body], room);
      else refusal = busyReply();
    }
    if (refusal === undefined) part.copy(body, length);
    else body = Buffer.alloc(0);
    length = end;
  }
  return refusal ?? asBytes(body.subarray(0, length));
}
