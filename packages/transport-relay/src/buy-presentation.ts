import { type Bytes, utf8 } from '@sotto/bytes';
import type { Clock, Enrolment, EnrolOutcome } from '@sotto/client';
import { hkdfSha256, sha256 } from '@sotto/crypto';
import {
  formatReceiptCredentialRequest,
  HEADER,
  PATH,
  parseReceiptCredentialResponse,
  parseTicketResponse,
  type RelayInfo,
  TICKET_PAYMENT_PROVIDER,
} from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { jsonAsk } from './json-ask.ts';
import { clockOf, isWorkRefused, payWork } from './pay-work.ts';
import { RECEIPT_RANDOMNESS, type ReceiptCredentials } from './receipt-credentials.ts';
import { askInfo } from './relay-info.ts';
import { isBusy, type Reply, readBody, unreachable } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

type Failure = Exclude<EnrolOutcome, { outcome: 'enrolled' }>;

export type BuyOutcome =
  | {
      readonly outcome: 'bought';
      readonly presentation: Bytes;
      /** What it was made with: the relay must show the same where it is used. */
      readonly publicParams: Bytes;
    }
  | Failure;

type Buy = Surroundings & {
  readonly receipts: ReceiptCredentials;
  readonly signal: AbortSignal;
};

const EMPTY = new Uint8Array(0);
const INVITE_REFUSED: Failure = { outcome: 'invite-refused' };
/** What we say when a relay's answer is not what was promised: a bad gateway. */
const NOT_TRUE: Failure = { outcome: 'rejected', status: 502 };

/**
 * Swap a ticket, from an invite or got for work, for the blind credential that registers (design §4).
 * `ask` asks on a connection that is used for nothing else.
 */
export async function buyPresentation(
  buy: Buy,
  ask: (ask: Ask) => Promise<Reply>,
  enrolment: Pick<Enrolment, 'ticket' | 'blinding'>,
): Promise<BuyOutcome> {
  const known = await askInfo(ask);
  if (known.outcome !== 'known') return failureOf(known.reply);
  let ticket = enrolment.ticket;
  if (ticket === undefined) {
    const got = await ticketForWork(buy, ask, known.info);
    if (got.outcome !== 'got') return got;
    ticket = got.ticket;
  }
  return swap(buy, ask, known.info, ticket, enrolment.blinding);
}

async function ticketForWork(
  buy: Buy,
  ask: (ask: Ask) => Promise<Reply>,
  info: RelayInfo,
): Promise<{ readonly outcome: 'got'; readonly ticket: string } | Failure> {
  if (info.registration !== 'open') return { outcome: 'needs-invite' };
  const terms = { purpose: 'ticket', target: EMPTY, bits: info.workBits.ticket } as const;
  const askAt = async (clock: Pick<Clock, 'now'>): Promise<Reply> => {
    const paid = await payWork({ clock, random: buy.random }, terms, buy.signal);
    if (paid.outcome === 'aborted') return { outcome: 'unanswered' };
    return ask({ verb: 'POST', path: PATH.ticket, headers: { [HEADER.work]: paid.work } });
  };
  let reply = await askAt(buy.clock);
  if (isWorkRefused(reply)) reply = await askAt(clockOf(reply, buy.clock));
  if (reply.outcome !== 'answered' || reply.status !== 200) {
    return reply.outcome === 'answered' && reply.status === 403
      ? { outcome: 'needs-invite' }
      : failureOf(reply);
  }
  const body = readBody(reply, parseTicketResponse);
  return body ? { outcome: 'got', ticket: body.ticket } : NOT_TRUE;
}

async function swap(
  { receipts, clock, random }: Buy,
  ask: (ask: Ask) => Promise<Reply>,
  info: RelayInfo,
  ticket: string,
  blinding: Bytes | undefined,
): Promise<BuyOutcome> {
  const request = receipts.request(
    info.zkPublicParams,
    randomnessFor(ticket, blinding) ?? random(RECEIPT_RANDOMNESS),
  );
  if (!request) return NOT_TRUE;
  const body = formatReceiptCredentialRequest({
    purchaseIdentifier: ticket,
    receiptCredentialRequest: request.bytes,
    paymentProvider: TICKET_PAYMENT_PROVIDER,
  });
  const reply = await ask(jsonAsk('POST', PATH.receiptCredentials, body));
  if (reply.outcome !== 'answered') return failureOf(reply);
  if (SPENT_OR_UNKNOWN.includes(reply.status)) return INVITE_REFUSED;
  if (reply.status !== 200) return failureOf(reply);
  const issued = readBody(reply, parseReceiptCredentialResponse);
  const presentation = issued && request.present(issued.receiptCredentialResponse, clock.now());
  return presentation ? { outcome: 'bought', presentation, publicParams: info.zkPublicParams } : NOT_TRUE;
}

/** 409: the ticket was swapped before, with another request. */
const SPENT_OR_UNKNOWN: readonly number[] = [400, 401, 402, 403, 404, 409, 410];

/**
 * The relay gives one ticket one credential, to whoever repeats the same request. From a secret that
 * it never sees, so that it cannot compute the request itself and join ticket and account.
 */
function randomnessFor(ticket: string, blinding: Bytes | undefined): Bytes | undefined {
  if (!blinding) return undefined;
  return hkdfSha256({
    ikm: blinding,
    salt: sha256(utf8(ticket)),
    info: utf8('sotto receipt swap v1'),
    length: RECEIPT_RANDOMNESS,
  });
}

function failureOf(reply: Reply): Failure {
  if (reply.outcome !== 'answered') return unreachable(reply);
  const { status, retryAfter } = reply;
  // 204: the swap is not finished yet.
  if (isBusy(status) || status === 204) return { outcome: 'busy', retryAfter };
  return { outcome: 'rejected', status };
}
