import { randomInt } from 'node:crypto';
import { type Bytes, toHex } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import type { TokenBuckets } from '@sotto/limits';
import { formatCodeNotSent, HEADER, parseJson, parseVerificationCodeRequest, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { addressKeys, isOwnMachine, limitKey } from '../../limits/limit-key.ts';
import type { CodeSender, CodeTransport } from '../../sms/code-sender.ts';
import { countCode, untilNextHour } from '../../store/code-counts.ts';
import { readVerification, type Verification, writeVerification } from '../../store/verifications.ts';
import { codeSenderFor } from './code-sender-for.ts';
import { type Refusal, refuseSend } from './pauses.ts';
import { refusalReply, sessionIdOf, sessionReply } from './session-reply.ts';

const CODE_DIGITS = 6;

/** For who asks again while the same is being done. */
const ONE_AT_A_TIME: Refusal = { outcome: 'wait', milliseconds: 1000 };

/**
 * `POST /v1/verification/session/{id}/code` (signal-service §2.1): send a code. Refused with the session: 409 when it is
 * verified, 418 when the number cannot be reached that way, 429 too soon. 440 says why the code was not sent.
 */
export async function requestCode(context: RelayContext, call: Call): Promise<Reply> {
  const codeSender = codeSenderFor(context, call);
  if (codeSender === undefined) return reply(404);
  const id = sessionIdOf(call);
  if (id === undefined) return reply(STATUS.unprocessable);
  const { transport } = parseVerificationCodeRequest(parseJson(call.body));
  const noted = await noteAlone(context, call, { id, transport });
  if (noted === undefined) return reply(404);
  if ('refusal' in noted) return refusalReply(context, id, noted.state, noted.refusal);
  const language = languageOf(call);
  return deliver(context, codeSender, { id, ...noted, transport, ...(language && { language }) });
}

interface Asked {
  readonly id: Bytes;
  readonly transport: CodeTransport;
}

type Refused = { readonly state: Verification; readonly refusal: Refusal };

/** A code and the session in which it is written down. */
interface Note {
  readonly state: Verification;
  readonly code: string;
}

/** One at a time of a session: many at once are one code, and meanwhile take nothing from what others may have. */
async function noteAlone(
  context: RelayContext,
  call: Call,
  asked: Asked,
): Promise<Note | Refused | undefined> {
  const { codesUnderWay } = context;
  const session = toHex(asked.id);
  const isAlone = !codesUnderWay.has(session);
  if (isAlone) codesUnderWay.add(session);
  try {
    const state = await context.store.read(() => readVerification(asked.id, context.now()));
    if (state === undefined) return undefined;
    return isAlone
      ? await noteWithPermits(context, call, { ...asked, state })
      : { state, refusal: ONE_AT_A_TIME };
  } finally {
    if (isAlone) codesUnderWay.delete(session);
  }
}

async function noteWithPermits(
  context: RelayContext,
  call: Call,
  { id, transport, state }: Asked & Pick<Note, 'state'>,
): Promise<Note | Refused | undefined> {
  const permits = permitsFor(context, call, state.number);
  const refusal = refuseSend(state, transport, context.now()) ?? take(permits, context.now());
  if (refusal !== undefined) return { state, refusal };
  const noted = await note(context, id, transport);
  // Another process was quicker, or the hour has no code left.
  if (noted === undefined || 'refusal' in noted) giveBack(permits, context.now());
  return noted;
}

type Permits = readonly (readonly [buckets: TokenBuckets, key: string, tokens: number])[];

/** A code needs one of its number, since phones that ring cost nerves, and one of the address that lets them ring. */
function permitsFor({ limits, hashNumber }: RelayContext, { from }: Call, number: string): Permits {
  const toNumber = [limits.codesTo, limitKey(toHex(hashNumber(number))), 1] as const;
  const keys = isOwnMachine(from) ? [] : addressKeys(from);
  return [toNumber, ...keys.map(([key, part]) => [limits.codesFrom, key, part] as const)];
}

/** All of them or none. */
function take(permits: Permits, now: number): Refusal | undefined {
  for (const [index, [buckets, key, tokens]] of permits.entries()) {
    const taken = buckets.take(key, now, tokens);
    if (taken.outcome === 'ok') continue;
    giveBack(permits.slice(0, index), now);
    return { outcome: 'wait', milliseconds: taken.retryAfter };
  }
  return undefined;
}

function giveBack(permits: Permits, now: number): void {
  for (const [buckets, key, tokens] of permits) buckets.giveBack(key, now, tokens);
}

/**
 * Written down before it is sent, and whether or not that succeeds: what fails is not free to repeat. Codes cost money, so
 * those of the hour are counted in the same transaction.
 */
function note(
  context: RelayContext,
  id: Bytes,
  transport: CodeTransport,
): Promise<Note | Refused | undefined> {
  const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
  const now = context.now();
  return context.store.write(function* (): Work<Note | Refused | undefined> {
    const before = yield* readVerification(id, now);
    if (before === undefined) return undefined;
    const refusal = refuseSend(before, transport, now);
    if (refusal !== undefined) return { state: before, refusal };
    if (!(yield* countCode(now, context.codesPerHour))) {
      return { state: before, refusal: { outcome: 'wait', milliseconds: untilNextHour(now) } };
    }
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
