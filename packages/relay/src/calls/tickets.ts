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
import { checkWorkOf, spendWork } from '../limits/spend-work.ts';
import { receiptEndDay } from '../secrets/receipts.ts';
import { addTicket, claimTicket, knowsTicket } from '../store/once.ts';
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
  const request = parseReceiptCredentialRequest(parseJson(call.body));
  if (request.paymentProvider !== TICKET_PAYMENT_PROVIDER) return reply(400);
  const ticket = parseTicket(request.purchaseIdentifier);
  if (ticket === undefined) return reply(404);
  const ticketHash = sha256(ticket);
  const now = context.now();
  // Before the mathematics, which would be an invitation to keep the relay busy.
  const day = Math.floor(now / DAY);
  if (!(await context.store.read(() => knowsTicket(ticketHash, day)))) return reply(404);
  const receiptDay = receiptEndDay(now);
  // Before the claim: a ticket must not be used up by a request that cannot be answered.
  if (context.receipts.issue(ticketHash, request.receiptCredentialRequest, receiptDay) === undefined)
    return reply(400);
  const claim = await context.store.write(() =>
    claimTicket({
      ticketHash,
      requestHash: sha256(request.receiptCredentialRequest),
      day,
      receiptDay,
    }),
  );
  if (claim.outcome === 'unknown') return reply(404);
  if (claim.outcome === 'used') return reply(409);
  const response = context.receipts.issue(ticketHash, request.receiptCredentialRequest, claim.receiptDay);
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
