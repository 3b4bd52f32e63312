import { equalBytes, utf8 } from '@sotto/bytes';
import { STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { readVerification } from '../../store/verifications.ts';
import { parseSessionId } from '../verification/session-reply.ts';

/**
 * Whether the session that a request names has shown that a number is the caller's; undefined when it has, or when the request
 * brings a recovery password instead, which is judged with the account. 401 for a session that is not verified, or is no
 * more; 400 for one of another number. A session is good until it ends, so that a lost answer can be asked for again.
 */
export async function proveNumber(
  { store, now }: RelayContext,
  { sessionId }: { readonly sessionId?: string },
  number: string,
): Promise<Reply | undefined> {
  if (sessionId === undefined || sessionId === '') return undefined;
  const id = parseSessionId(sessionId);
  if (id === undefined) return reply(STATUS.unprocessable);
  const session = await store.read(() => readVerification(id, now()));
  if (session === undefined) return reply(401);
  if (!equalBytes(utf8(session.number), utf8(number))) return reply(400);
  return session.verified ? undefined : reply(401);
}
