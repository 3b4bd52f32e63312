import { z } from 'zod';
import { list } from './codecs.ts';
import { MAX_PUSH_TOKEN_LENGTH, sessionId } from './parts.ts';
import { decodeBody, encodeBody, phoneNumber, seconds } from './schema.ts';

/** Bodies of the calls by which somebody shows that a phone number is theirs (reference: signal-service §2.1). */

/** `PATCH /v1/verification/session/{id}`: what the session asked for, as far as it is known. */
export interface VerificationUpdate {
  /** Where to push a challenge; with its type or not at all. */
  readonly pushToken?: string;
  readonly pushTokenType?: 'apn' | 'fcm';
  /** The challenge that was pushed. */
  readonly pushChallenge?: string;
  readonly captcha?: string;
  /** Mobile country and network of the SIM. */
  readonly mcc?: string;
  readonly mnc?: string;
}

/** `POST /v1/verification/session`. */
export interface VerificationRequest extends VerificationUpdate {
  /** E.164. */
  readonly number: string;
}

/** `POST /v1/verification/session/{id}/code`: send a code. */
export interface VerificationCodeRequest {
  readonly transport: 'sms' | 'voice';
  /** What kind of client will read the message. */
  readonly client: string;
}

/** `PUT /v1/verification/session/{id}/code`. */
export interface VerificationCode {
  readonly code: string;
}

/** What every call of a session answers. */
export interface VerificationSession {
  readonly id: string;
  /** Seconds until it may be asked for; absent when it may not. */
  readonly nextSms?: number;
  readonly nextCall?: number;
  readonly nextVerificationAttempt?: number;
  readonly allowedToRequestCode: boolean;
  readonly requestedInformation: readonly ('pushChallenge' | 'captcha')[];
  readonly verified: boolean;
}

/** Body of a 440: the provider did not send the code. */
export interface CodeNotSent {
  readonly reason: 'providerUnavailable' | 'providerRejected' | 'illegalArgument';
  readonly permanentFailure: boolean;
}

/** Some captchas have several thousand letters. */
const MAX_CAPTCHA_LENGTH = 16 * 1024;

const update = z.object({
  pushToken: z.exactOptional(z.string().min(1).max(MAX_PUSH_TOKEN_LENGTH)),
  pushTokenType: z.exactOptional(z.enum(['apn', 'fcm'])),
  pushChallenge: z.exactOptional(z.string().max(256)),
  captcha: z.exactOptional(z.string().max(MAX_CAPTCHA_LENGTH)),
  mcc: z.exactOptional(z.string().max(8)),
  mnc: z.exactOptional(z.string().max(8)),
});

const hasWholeToken = ({ pushToken, pushTokenType }: VerificationUpdate): boolean =>
  (pushToken === undefined) === (pushTokenType === undefined);
const wholeToken = { path: ['pushTokenType'] };

const verificationUpdate = update.refine(hasWholeToken, wholeToken);
const verificationRequest = update.extend({ number: phoneNumber }).refine(hasWholeToken, wholeToken);

const codeRequest = z.object({ transport: z.enum(['sms', 'voice']), client: z.string().max(64) });
const code = z.object({ code: z.string().min(1).max(64) });

const session = z.object({
  id: sessionId.min(1),
  nextSms: z.exactOptional(seconds),
  nextCall: z.exactOptional(seconds),
  nextVerificationAttempt: z.exactOptional(seconds),
  allowedToRequestCode: z.boolean(),
  requestedInformation: list(z.enum(['pushChallenge', 'captcha']), 2),
  verified: z.boolean(),
});

const notSent = z.object({
  reason: z.enum(['providerUnavailable', 'providerRejected', 'illegalArgument']),
  permanentFailure: z.boolean(),
});

export function parseVerificationRequest(value: unknown): VerificationRequest {
  return decodeBody(verificationRequest, value);
}

export function formatVerificationRequest(request: VerificationRequest): unknown {
  return encodeBody(verificationRequest, request);
}

export function parseVerificationUpdate(value: unknown): VerificationUpdate {
  return decodeBody(verificationUpdate, value);
}

export function formatVerificationUpdate(changes: VerificationUpdate): unknown {
  return encodeBody(verificationUpdate, changes);
}

export function parseVerificationCodeRequest(value: unknown): VerificationCodeRequest {
  return decodeBody(codeRequest, value);
}

export function formatVerificationCodeRequest(request: VerificationCodeRequest): unknown {
  return encodeBody(codeRequest, request);
}

export function parseVerificationCode(value: unknown): VerificationCode {
  return decodeBody(code, value);
}

export function formatVerificationCode(body: VerificationCode): unknown {
  return encodeBody(code, body);
}

export function parseVerificationSession(value: unknown): VerificationSession {
  return decodeBody(session, value);
}

/** Absent times are written as `null`, as Signal's server has it. */
export function formatVerificationSession(body: VerificationSession): unknown {
  return {
    nextSms: null,
    nextCall: null,
    nextVerificationAttempt: null,
    ...encodeBody(session, body),
  };
}

export function parseCodeNotSent(value: unknown): CodeNotSent {
  return decodeBody(notSent, value);
}

export function formatCodeNotSent(body: CodeNotSent): unknown {
  return encodeBody(notSent, body);
}
