import {
  DEFAULT_RETRIEVE_SIZE,
  MAX_RETRIEVE_BYTES,
  namespaceRules,
  type RetrieveRequest,
  retrieveText,
  SIGNATURE_TOLERANCE,
  SUBACCOUNT_ACCESS,
} from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { noteOwner } from './note-owner.ts';
import { type RpcCaller, type RpcReply, refuse, succeed } from './rpc-reply.ts';

/** `retrieve`: what lies in a box, and, with `wait`, what comes into it while it is empty (§3.6). */
export async function retrieveMessages(
  context: NodeContext,
  request: RetrieveRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const refusal = checkRetrieve(context, request);
  if (refusal !== undefined) return refusal;
  if (request.auth !== undefined) noteOwner(context, { mailbox: request.mailbox, auth: request.auth });
  const end = performance.now() + waitOf(request, caller);
  for (;;) {
    const maxSize = Math.min(sizeOf(request), caller.batch?.room ?? MAX_RETRIEVE_BYTES);
    const { messages, more, size } = context.store.messages.read({ ...request, maxSize }, context.now());
    if (caller.batch !== undefined) caller.batch.room = Math.max(0, caller.batch.room - size);
    const left = end - performance.now();
    if (messages.length === 0 && left > 0 && caller.signal?.aborted !== true) {
      const waiting = context.waiters.wait(request, left, caller);
      if (waiting === undefined) {
        context.events.count('overloaded');
        return refuse(503, 'too many requests are waiting');
      }
      // What else is in a batch comes afterwards, and is work.
      if (caller.batch === undefined) caller.waits?.();
      await waiting;
      if (context.waiters.ended) return succeed(context, { messages: [], more: false });
      continue;
    }
    const listed = messages.map(({ hash, timestamp, expiry, data }) => ({
      hash,
      timestamp,
      expiration: expiry,
      // A full reply is 7.8 MB, which the portable writer would take a long time for.
      data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64'),
    }));
    return succeed(context, { messages: listed, more });
  }
}

function checkRetrieve(
  context: NodeContext,
  { mailbox, namespace, auth }: RetrieveRequest,
): RpcReply | undefined {
  const { openRetrieve, unrevocable } = namespaceRules(namespace);
  if (auth === undefined) {
    if (openRetrieve) return undefined;
    return refuse(401, 'retrieve: request signature required');
  }
  if (Math.abs(auth.signedAt - context.now()) > SIGNATURE_TOLERANCE) {
    return refuse(406, 'retrieve timestamp too far from current time');
  }
  const claim = {
    ...{ mailbox, auth, text: retrieveText(namespace, auth.signedAt) },
    access: SUBACCOUNT_ACCESS.read,
  };
  if (isAllowed(claim, unrevocable ? () => false : revokedNow(context))) return undefined;
  return refuse(401, 'retrieve signature verification failed');
}

/** Milliseconds. Only an owner may wait, and of a batch one request: each holds up something of this node. */
function waitOf({ wait, auth }: RetrieveRequest, { batch }: RpcCaller): number {
  if (wait === undefined || auth === undefined || batch?.waited === true) return 0;
  if (batch !== undefined) batch.waited = true;
  return wait;
}

/** Bytes; a negative size is that part of the network's most (§3.6). */
function sizeOf({ maxCount, maxSize }: RetrieveRequest): number {
  const size = maxSize ?? (maxCount === undefined ? DEFAULT_RETRIEVE_SIZE : MAX_RETRIEVE_BYTES);
  return size < 0 ? Math.floor(MAX_RETRIEVE_BYTES / -size) : Math.min(size, MAX_RETRIEVE_BYTES);
}
