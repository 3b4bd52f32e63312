import { type Bytes, fromBase64Url, toBase64Url } from '@sotto/bytes';
import { randomBytes, sha256 } from '@sotto/crypto';
import {
  formatReceiptCredentialResponse,
  parseJson,
  parseReceiptCredentialRequest,
  TICKET_BYTES,
  TICKET_PAYMENT_PROVIDER,
} from '@sotto/protocol';
import { DAY, TICKET_LIFETIME } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../http/call.ts';
import { overLimitOfAddress } from '../limits/over-limit.ts';
import { checkWorkOf, spendWork } from '../limits/spend-work.ts';
import { receiptEndDay } from '../secrets/receipts.ts';
import { addTicket, claimTicket, lookAtTicket, type WantedReceipt } from '../store/once.ts';
import type { RelayStore } from '../store/relay-store.ts';

/** Make a ticket. Only its hash is kept: a copy of the database registers nobody. */
export async function makeTicket(store: Pick<RelayStore, 'write'>, now: number): Promise<Bytes> {
  const ticket = randomBytes(TICKET_BYTES);
  await store.write(() => addTicket(sha256(ticket), Math.floor((now + TICKET_LIFETIME) / DAY)));
  return ticket;
}

/** `POST /v1/sotto/ticket`: at an open relay a ticket costs work. 403 where only invites register. */
export async function buyTicket(context: RelayContext, call: Call): Promise<Reply> {
  if (context.registration !== 'open') return reply(403);
  const work = checkWorkOf(context, call.headers, { purpose: 'ticket', target: new Uint8Array(0) });
  if (work === undefined) return reply(401);
  const ticket = randomBytes(TICKET_BYTES);
  const expiresDay = Math.floor((context.now() + TICKET_LIFETIME) / DAY);
  const spent = await context.store.write(function* () {
    if (!(yield* spendWork(work))) return false;
    yield* addTicket(sha256(ticket), expiresDay);
    return true;
  });
  return spent ? jsonReply({ ticket: toBase64Url(ticket) }) : reply(401);
}

/**
 * `POST /v1/login-purchase/receipt_credentials`: swap a ticket for a blindly issued receipt. The
 * answer to the same request is the same; 409 for another request with a used ticket, 404 for no
 * ticket of ours, 400 for an unknown kind of payment or an unsound request.
 */
export async function swapTicket(context: RelayContext, call: Call): Promise<Reply> {
  const tooMany = overLimitOfAddress(context, 'receipts', call.from);
  if (tooMany !== undefined) return tooMany;
  const request = parseReceiptCredentialRequest(parseJson(call.body));
  if (request.paymentProvider !== TICKET_PAYMENT_PROVIDER) return reply(400);
  const ticket = parseTicket(request.purchaseIdentifier);
  if (ticket === undefined) return reply(404);
  const now = context.now();
  const { receiptCredentialRequest } = request;
  const wanted: WantedReceipt = {
    ticketHash: sha256(ticket),
    requestHash: sha256(receiptCredentialRequest),
    day: Math.floor(now / DAY),
    receiptDay: receiptEndDay(now),
  };
  const issue = (receiptDay: number) =>
    context.receipts.issue(wanted.ticketHash, receiptCredentialRequest, receiptDay);
  // Before the mathematics, which would be an invitation to keep the relay busy.
  const seen = await context.store.read(() => lookAtTicket(wanted));
  // And that before the claim: a ticket must not be used up by a request that cannot be answered.
  if (seen.outcome === 'free' && issue(wanted.receiptDay) === undefined) return reply(400);
  const claim = seen.outcome === 'free' ? await context.store.write(() => claimTicket(wanted)) : seen;
  if (claim.outcome === 'unknown') return reply(404);
  if (claim.outcome === 'used') return reply(409);
  const response = issue(claim.receiptDay);
  return response === undefined
    ? reply(400)
    : jsonReply(formatReceiptCredentialResponse({ receiptCredentialResponse: response }));
}

function parseTicket(text: string): Bytes | undefined {
  try {
    const ticket = fromBase64Url(text);
    return ticket.length === TICKET_BYTES ? ticket : undefined;
  } catch {
    return undefined;
  }
}
