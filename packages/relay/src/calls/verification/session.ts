import { randomBytes } from '@sotto/crypto';
import { parseJson, parseVerificationRequest, parseVerificationUpdate, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Reply, reply } from '../../http/call.ts';
import { overLimit, overLimitOfAddress } from '../../limits/over-limit.ts';
import { readVerification, type Verification, writeVerification } from '../../store/verifications.ts';
import { codeSenderFor } from './code-sender-for.ts';
import { sessionIdOf, sessionReply } from './session-reply.ts';

const SESSION_ID_BYTES = 32;

/** Where a limit counts all callers together. */
const EVERYBODY = '';

/**
 * `POST /v1/verification/session` (signal-service §2.1): begin to show that a number is one's own. 404 at a relay that
 * registers nobody by phone.
 */
export async function createSession(context: RelayContext, call: Call): Promise<Reply> {
  if (codeSenderFor(context, call) === undefined) return reply(404);
  const { number } = parseVerificationRequest(parseJson(call.body));
  const limited =
    overLimitOfAddress(context, 'sessionsFrom', call.from) ?? overLimit(context, 'sessions', EVERYBODY);
  if (limited !== undefined) return limited;
  const id = randomBytes(SESSION_ID_BYTES);
  const state: Verification = { number, sent: [], tries: 0, triedAt: 0, verified: false };
  await context.store.write(() => writeVerification(id, state, context.now()));
  return sessionReply(context, id, state);
}

/** `GET /v1/verification/session/{id}`. 422 for what is no identifier, 404 when it opens nothing. */
export async function getSession(context: RelayContext, call: Call): Promise<Reply> {
  if (codeSenderFor(context, call) === undefined) return reply(404);
  const id = sessionIdOf(call);
  if (id === undefined) return reply(STATUS.unprocessable);
  const state = await context.store.read(() => readVerification(id, context.now()));
  return state === undefined ? reply(404) : sessionReply(context, id, state);
}

/** `PATCH /v1/verification/session/{id}`: answers what was asked for. Nothing ever is, so nothing changes. */
export async function updateSession(context: RelayContext, call: Call): Promise<Reply> {
  parseVerificationUpdate(parseJson(call.body));
  return getSession(context, call);
}
