import { type Bytes, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { isTimely, type OpenedServerRequest, openServerRequest } from '@sotto/onion';
import { HEADER, MAX_FRAME_BYTES, ONION_TEXT, REPLAY_MEMORY_MINUTES, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { bytesReply, fromAfar, type Reply, reply } from '../http/call.ts';
import { answer, refusalFor } from '../http/router.ts';

type OpenedRequest = Extract<OpenedServerRequest, { outcome: 'request' }>;

const MINUTE = 60_000;
const EMPTY = new Uint8Array(0);

/** What the last hop of a path posts. */
export interface OnionPost {
  readonly body: Bytes;
  /** The address of that hop. */
  readonly from: string;
  readonly waits: () => void;
}

/** In the clear and as nodes say it, for what cannot be opened, and for what was opened before. */
const UNREADABLE: Reply = {
  status: 400,
  headers: new Map([[HEADER.contentType, 'text/plain']]),
  body: utf8(ONION_TEXT.invalidCiphertext),
};

/**
 * `POST /oxen/v4/lsrpc`: one request that came over an onion path, opened, answered by the same routes
 * as an anonymous socket's, and sealed again for nobody but its maker (reference: session-protocol
 * §2.5; spec: docs/spec/relay.md). Who posts it, `from`, is the last hop of a path, and of interest to limits only.
 *
 * A path's hops can send again what they passed on, and that would store a message twice or take keys
 * twice: each request is remembered on disk before it is acted upon. Never throws.
 */
export async function answerOnionRequest(
  context: RelayContext,
  { body, from, waits }: OnionPost,
): Promise<Reply> {
  const opened = openServerRequest(body, context.onionKeys, randomBytes);
  if (opened.outcome === 'invalid-ciphertext') return refused(context, UNREADABLE);
  // Opened, but no request: the answer says so, sealed.
  if (opened.outcome === 'refused') return refused(context, bytesReply(opened.reply));
  const now = context.now();
  if (!isTimely(opened, now)) return refused(context, sealed(context, opened, reply(STATUS.wrongTime)));
  try {
    const expiresAt = now + REPLAY_MEMORY_MINUTES * MINUTE;
    const seen = await context.store.seenRequests.see(opened.replayTag, expiresAt);
    if (seen === 'seen') return refused(context, UNREADABLE);
    if (seen === 'full') return refused(context, sealed(context, opened, reply(503)));
  } catch (error) {
    return sealed(context, opened, refusalFor(context, error));
  }
  context.events.count('onion-request');
  return sealed(context, opened, await answerOpened(context, opened.request, { from, waits }));
}

function answerOpened(
  context: RelayContext,
  { method, endpoint, headers, body = EMPTY }: OpenedRequest['request'],
  { from, waits }: Pick<OnionPost, 'from' | 'waits'>,
): Reply | Promise<Reply> {
  // Whoever says here who they are has gone the long way for nothing, and would be seen as themselves.
  if (HEADER.authorization in headers) return reply(403);
  if (body.length > MAX_FRAME_BYTES) return reply(STATUS.tooLarge);
  const named = new Map(Object.entries(headers));
  const call = { verb: method, path: endpoint, headers: named, body, from: fromAfar(from), waits };
  return answer(context, { ...call, socket: 'anonymous' });
}

/** As plain HTTPS would have it, the time included. */
function sealed(
  context: RelayContext,
  opened: OpenedRequest,
  { status, headers, body = EMPTY }: Reply,
): Reply {
  const all = { ...Object.fromEntries(headers), [HEADER.timestamp]: String(context.now()) };
  return bytesReply(opened.seal({ status, headers: all, body }));
}

function refused(context: RelayContext, answered: Reply): Reply {
  context.events.count('onion-refused');
  return answered;
}
