import type { Readable } from 'node:stream';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { MAX_FRAME_BYTES, STATUS } from '@sotto/protocol';
import { BODY_TIMEOUT } from '../constants.ts';
import { busyReply, type Reply, reply } from './call.ts';

/** An honest client that misjudges a limit does not misjudge it by more. */
const MAX_DROPPED = 8 * MAX_FRAME_BYTES;

/**
 * The body, or a refusal when it is too long, when all bodies together are, or when it takes too long. The rest is read and
 * dropped, since a client that is cut off while it writes never sees the answer; beyond `MAX_DROPPED` it is cut off all the same.
 */
export async function readBody(request: Readable, most: number, share: ByteShare): Promise<Bytes | Reply> {
  // Grown by doubling: a list of the parts would cost far more than they hold when each is one byte.
  let body = Buffer.alloc(0);
  let length = 0;
  let refusal: Reply | undefined;
  for await (const part of untilLate(request)) {
    if (part === 'late') return reply(408);
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

/** The parts as they come, and a last word instead of the rest when all of it has not come in time. */
async function* untilLate(request: Readable): AsyncGenerator<Buffer | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), BODY_TIMEOUT);
  });
  // Destroyed with a body that is left, the connection would not carry the answer.
  const parts = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const coming = parts.next() as Promise<IteratorResult<Buffer>>;
      coming.catch(() => undefined);
      const next = await Promise.race([coming, late]);
      if (next !== 'late' && next.done === true) return;
      yield next === 'late' ? next : next.value;
    }
  } finally {
    clearTimeout(timer);
  }
}
