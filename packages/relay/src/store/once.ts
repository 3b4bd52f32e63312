import { type Bytes, equalBytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';
import { bytesOr } from './columns.ts';
import { forgetSome } from './forget-some.ts';

/**
 * Things that work once: tickets, receipts, proofs of work. None of these rows names an account, and
 * none points at another.
 */

export type TicketClaim =
  /** This request owns the ticket, now or since an earlier try. The receipt ends on `receiptDay`. */
  | { readonly outcome: 'claimed'; readonly receiptDay: number }
  | { readonly outcome: 'unknown' }
  /** Another request has used it. */
  | { readonly outcome: 'used' };

export function* addTicket(ticketHash: Bytes, expiresDay: number): Work<void> {
  yield* run('INSERT INTO ticket (ticket_hash, request_hash, expires_day) VALUES (?, NULL, ?)', [
    ticketHash,
    expiresDay,
  ]);
}

/** Whether there is any ticket, used or not. */
export function* hasTickets(): Work<boolean> {
  return (yield* row('SELECT 1 AS one FROM ticket LIMIT 1')) !== undefined;
}

/** What a request makes of a ticket. Days are counted from 1970. */
export interface WantedReceipt {
  readonly ticketHash: Bytes;
  readonly requestHash: Bytes;
  /** Today. */
  readonly day: number;
  /** On which the receipt is to end. */
  readonly receiptDay: number;
}

/** How a claim would end, where it would take nothing: `free` is a ticket that nobody has claimed. */
export function* lookAtTicket({
  ticketHash,
  requestHash,
  day,
}: WantedReceipt): Work<TicketClaim | { readonly outcome: 'free' }> {
  const found = yield* row('SELECT request_hash, expires_day FROM ticket WHERE ticket_hash = ?', [
    ticketHash,
  ]);
  if (found === undefined || Number(found['expires_day']) < day) return { outcome: 'unknown' };
  const owner = bytesOr(found['request_hash']);
  if (owner === undefined) return { outcome: 'free' };
  return equalBytes(owner, requestHash)
    ? { outcome: 'claimed', receiptDay: Number(found['expires_day']) }
    : { outcome: 'used' };
}

/** A claimed ticket is kept until its receipt ends, so that a retry gets the same answer. */
export function* claimTicket(wanted: WantedReceipt): Work<TicketClaim> {
  const { ticketHash, requestHash, receiptDay } = wanted;
  const seen = yield* lookAtTicket(wanted);
  if (seen.outcome !== 'free') return seen;
  yield* run('UPDATE ticket SET request_hash = ?, expires_day = ? WHERE ticket_hash = ?', [
    requestHash,
    receiptDay,
    ticketHash,
  ]);
  return { outcome: 'claimed', receiptDay };
}

/** False when it was spent before. */
export function* spendReceipt(serial: Bytes, expiresDay: number): Work<boolean> {
  const spent = yield* row(
    'INSERT INTO spent_receipt (serial, expires_day) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS one',
    [serial, expiresDay],
  );
  return spent !== undefined;
}

/** False when it was spent before. */
export function* spendStamp(stamp: string, expiresAt: number): Work<boolean> {
  const spent = yield* row(
    'INSERT INTO spent_work (stamp, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS one',
    [stamp, expiresAt],
  );
  return spent !== undefined;
}

/** A batch of what has had its time; how many that was. */
export function* forgetSpent(now: number, day: number): Work<number> {
  const daily = { where: 'expires_day < ?' };
  const tickets = yield* forgetSome({ table: 'ticket', key: 'ticket_hash', ...daily }, [day]);
  const receipts = yield* forgetSome({ table: 'spent_receipt', key: 'serial', ...daily }, [day]);
  const stamps = yield* forgetSome({ table: 'spent_work', key: 'stamp', where: 'expires_at < ?' }, [now]);
  return tickets + receipts + stamps;
}
