import { randomInt } from 'node:crypto';
import { type Bytes, toHex } from '@sotto/bytes';
import { formatCodeNotSent, HEADER, parseJson, parseVerificationCodeRequest, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { limitKey } from '../../limits/limit-key.ts';
import type { CodeSender, CodeTransport } from '../../sms/code-sender.ts';
import { readVerification, type Verification, writeVerification } from '../../store/verifications.ts';
import { type Refusal, refuseSend } from './pauses.ts';
import { refusalReply, sessionIdOf, sessionReply } from './session-reply.ts';

const CODE_DIGITS = 6;

/** Where a limit counts all numbers together. */
const EVERYBODY = '';

/**
 * `POST /v1/verification/session/{id}/code` (signal-service §2.1): send a code. Refused with the session: 409 when it is
 * verified, 418 when the number cannot be reached that way, 429 too soon. 440 says why the code was not sent.
 */
export async function requestCode(context: RelayContext, call: Call): Promise<Reply> {
  const { codeSender } = context;
  if (codeSender === undefined) return reply(404);
  const id = sessionIdOf(call);
  if (id === undefined) return reply(STATUS.unprocessable);
  const { transport } = parseVerificationCodeRequest(parseJson(call.body));
  const state = await context.store.read(() => readVerification(id, context.now()));
  if (state === undefined) return reply(404);
  const refusal = refuseSend(state, transport, context.now()) ?? overSending(context, state.number);
  if (refusal !== undefined) return refusalReply(context, id, state, refusal);
  const noted = await note(context, id, transport);
  if (noted === undefined) return reply(404);
  if (noted.refusal !== undefined) return refusalReply(context, id, noted.state, noted.refusal);
  const language = languageOf(call);
  return deliver(context, codeSender, { id, ...noted, transport, ...(language && { language }) });
}

/** Codes cost money, and phones that ring cost nerves. */
function overSending({ limits, now, hashNumber }: RelayContext, number: string): Refusal | undefined {
  const toNumber = limits.codesTo.take(limitKey(toHex(hashNumber(number))), now());
  const permit = toNumber.outcome === 'empty' ? toNumber : limits.codes.take(EVERYBODY, now());
  return permit.outcome === 'empty' ? { outcome: 'wait', milliseconds: permit.retryAfter } : undefined;
}

interface Note {
  readonly state: Verification;
  readonly code: string;
  readonly refusal?: Refusal;
}

/** Written down before it is sent, and whether or not that succeeds: what fails is not free to repeat. */
function note(context: RelayContext, id: Bytes, transport: CodeTransport): Promise<Note | undefined> {
  const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
  const now = context.now();
  return context.store.write(function* () {
    const before = yield* readVerification(id, now);
    if (before === undefined) return undefined;
    const refusal = refuseSend(before, transport, now);
    if (refusal !== undefined) return { state: before, code, refusal };
    const sent = [...before.sent, { transport, at: now }];
    const state = { ...before, sent, proof: { code }, tries: 0, triedAt: 0 };
    yield* writeVerification(id, state, now);
    return { state, code };
  });
}

interface Delivery extends Note {
  readonly id: Bytes;
  readonly transport: CodeTransport;
  readonly language?: string;
}

async function deliver(context: RelayContext, sender: CodeSender, delivery: Delivery): Promise<Reply> {
  const { id, state, code, transport, language } = delivery;
  const { number } = state;
  const sent = await sender.send({ number, transport, code, ...(language && { language }) });
  context.events.count(sent.outcome === 'sent' ? 'code-sent' : 'code-not-sent');
  if (sent.outcome === 'not-sent') {
    const { reason, permanentFailure } = sent;
    return jsonReply(formatCodeNotSent({ reason, permanentFailure }), STATUS.codeNotSent);
  }
  if (sent.outcome === 'transport-refused') return sessionReply(context, id, state, STATUS.transportRefused);
  if (sent.reference === undefined) return sessionReply(context, id, state);
  const { reference } = sent;
  const now = context.now();
  const kept = await context.store.write(function* () {
    const before = yield* readVerification(id, now);
    // Gone, verified, or asked for again meanwhile: then this one is not the last.
    if (before === undefined || before.sent.length !== state.sent.length) return before;
    const after = { ...before, proof: { reference } };
    yield* writeVerification(id, after, now);
    return after;
  });
  return kept === undefined ? reply(404) : sessionReply(context, id, kept);
}

/** The first of the languages that the client lists; the list is in its order (libsignal writes no weights). */
function languageOf({ headers }: Call): string | undefined {
  const first = (headers.get(HEADER.acceptLanguage) ?? '').split(/[,;]/)[0]?.trim() ?? '';
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(first) ? first : undefined;
}
