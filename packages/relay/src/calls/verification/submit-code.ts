import { type Bytes, equalBytes, utf8 } from '@sotto/bytes';
import { parseJson, parseVerificationCode, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Reply, reply } from '../../http/call.ts';
import { readVerification, type Verification, writeVerification } from '../../store/verifications.ts';
import { codeSenderFor } from './code-sender-for.ts';
import { type Refusal, refuseTry } from './pauses.ts';
import { refusalReply, sessionIdOf, sessionReply } from './session-reply.ts';

/**
 * `PUT /v1/verification/session/{id}/code` (signal-service §2.1): try a code. 200 with the session, whose `verified` tells
 * whether it was the right one; 409 when no code is there to be tried, or none is needed any more; 429 too soon, or for good.
 */
export async function submitCode(context: RelayContext, call: Call): Promise<Reply> {
  const codeSender = codeSenderFor(context, call);
  if (codeSender === undefined) return reply(404);
  const id = sessionIdOf(call);
  if (id === undefined) return reply(STATUS.unprocessable);
  const { code } = parseVerificationCode(parseJson(call.body));
  const tried = await tryCode(context, id, code);
  if (tried === undefined) return reply(404);
  const { state, refusal } = tried;
  if (refusal !== undefined) return refusalReply(context, id, state, refusal);
  if (state.proof === undefined || 'code' in state.proof) return sessionReply(context, id, state);
  const checked = await codeSender.check?.({ reference: state.proof.reference, code });
  // A service that is not this relay's any more cannot be asked.
  if (checked === undefined || checked.outcome === 'unavailable') return reply(STATUS.unavailable);
  return checked.outcome === 'right' ? markVerified(context, id) : sessionReply(context, id, state);
}

interface Try {
  /** After the try, or as it was when it is refused. */
  readonly state: Verification;
  readonly refusal?: Refusal;
}

/** The try counts before anything is compared, in the same transaction: many at once are no more than they are. */
function tryCode(context: RelayContext, id: Bytes, code: string): Promise<Try | undefined> {
  const now = context.now();
  return context.store.write(function* () {
    const before = yield* readVerification(id, now);
    if (before === undefined) return undefined;
    const refusal = refuseTry(before, now);
    if (refusal !== undefined) return { state: before, refusal };
    const verified = holds(before, code);
    const state = { ...before, tries: before.tries + 1, triedAt: now, verified };
    yield* writeVerification(id, state, now);
    return { state };
  });
}

/** Whether it is the code that the relay has made; of another's it cannot tell. */
function holds({ proof }: Verification, code: string): boolean {
  return proof !== undefined && 'code' in proof && equalBytes(utf8(proof.code), utf8(code));
}

async function markVerified(context: RelayContext, id: Bytes): Promise<Reply> {
  const now = context.now();
  const state = await context.store.write(function* () {
    const before = yield* readVerification(id, now);
    if (before === undefined) return undefined;
    const after = { ...before, verified: true };
    yield* writeVerification(id, after, now);
    return after;
  });
  return state === undefined ? reply(404) : sessionReply(context, id, state);
}
