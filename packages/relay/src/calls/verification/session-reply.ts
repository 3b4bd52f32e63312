import { type Bytes, fromBase64Url, toBase64Url } from '@sotto/bytes';
import { formatVerificationSession, HEADER, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply } from '../../http/call.ts';
import type { Verification } from '../../store/verifications.ts';
import { type Refusal, untilSend, untilTry } from './pauses.ts';

/** What every call of a session answers, most refusals too (signal-service §2.1). */
export function sessionReply(
  { now }: Pick<RelayContext, 'now'>,
  id: Bytes,
  state: Verification,
  status = 200,
): Reply {
  const time = now();
  const nextSms = seconds(untilSend(state, 'sms', time));
  const nextCall = seconds(untilSend(state, 'voice', time));
  const nextVerificationAttempt = seconds(untilTry(state, time));
  const body = formatVerificationSession({
    id: toBase64Url(id),
    ...(nextSms !== undefined && { nextSms }),
    ...(nextCall !== undefined && { nextCall }),
    ...(nextVerificationAttempt !== undefined && { nextVerificationAttempt }),
    // Nothing is asked for first: there is no push here, and a captcha would be somebody else's.
    allowedToRequestCode: true,
    requestedInformation: [],
    verified: state.verified,
  });
  return jsonReply(body, status);
}

/** 409, or 429 with when to come again where that would help; both with the session. */
export function refusalReply(context: RelayContext, id: Bytes, state: Verification, refusal: Refusal): Reply {
  if (refusal.outcome === 'conflict') return sessionReply(context, id, state, 409);
  context.events.count('rate-limited');
  const answered = sessionReply(context, id, state, STATUS.tooMany);
  if (refusal.milliseconds === undefined) return answered;
  const retryAfter = String(Math.max(1, Math.ceil(refusal.milliseconds / 1000)));
  return { ...answered, headers: new Map([...answered.headers, [HEADER.retryAfter, retryAfter]]) };
}

/** The identifier in a path; undefined for what is none. */
export function sessionIdOf({ parameters }: Pick<Call, 'parameters'>): Bytes | undefined {
  return parseSessionId(parameters[0] ?? '');
}

export function parseSessionId(text: string): Bytes | undefined {
  try {
    const id = fromBase64Url(text);
    return id.length === 0 ? undefined : id;
  } catch {
    return undefined;
  }
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1000);
}
