import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';

export type TicketClaim =
  /** This request owns the ticket, now or since an earlier try. The receipt ends on `receiptDay`. */
  | { readonly outcome: 'claimed'; readonly receiptDay: number }
  | { readonly outcome: 'unknown' }
  /** Another request has used it. */
  | { readonly outcome: 'used' };

/**
 * Requests that are remembered at a time: some 50 MB, and 790 a second for as long as one is remembered.
 * Beyond it new ones are turned away rather than old ones forgotten, which would let them be sent again.
 */
const MAX_SEEN_REQUESTS = 1_000_000;

/** Looking through all of them takes a moment, and is not done more often. Milliseconds. */
const FORGET_PAUSE = 60_000;

/**
 * Things that work once: tickets, receipts, proofs of work, requests through the onion network. None of these rows names an account, and
 * none points at another. Methods that write must run inside the store's `write`.
 */
export class Once {
  readonly #database: Database;
  readonly #ticket;
  readonly #spendReceipt;
  readonly #spendWork;
  readonly #seeRequest;
  readonly #mostRequests: number;
  /** Requests remembered, about; counted anew whenever some are forgotten. */
  #requests = 0;
  #forgottenAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database, mostRequests = MAX_SEEN_REQUESTS) {
    this.#database = database;
    this.#mostRequests = mostRequests;
    this.#ticket = prepareReading(database, 'SELECT * FROM ticket WHERE ticket_hash = ?');
    this.#spendReceipt = database.prepare('INSERT OR IGNORE INTO spent_receipt VALUES (?, ?)');
    this.#spendWork = database.prepare('INSERT OR IGNORE INTO spent_work VALUES (?, ?)');
    this.#seeRequest = database.prepare('INSERT OR IGNORE INTO seen_request VALUES (?, ?)');
    this.#countRequests();
  }

  addTicket(ticketHash: Bytes, expiresDay: number): void {
    this.#database.prepare('INSERT INTO ticket VALUES (?, NULL, ?)').run([ticketHash, expiresDay]);
  }

  /** Whether there is no ticket at all, neither a used one. */
  noTicket(): boolean {
    return this.#database.prepare('SELECT 1 FROM ticket LIMIT 1').get([]) === undefined;
  }

  /** Whether there is such a ticket, used or not. */
  knowsTicket(ticketHash: Bytes, day: number): boolean {
    const row = this.#ticket.get([ticketHash]);
    return row !== undefined && Number(row['expires_day']) >= day;
  }

  /** A claimed ticket is kept until its receipt ends, so that a retry gets the same answer. */
  claimTicket(request: {
    readonly ticketHash: Bytes;
    readonly requestHash: Bytes;
    readonly day: number;
    readonly receiptDay: number;
  }): TicketClaim {
    const row = this.#ticket.get([request.ticketHash]);
    if (row === undefined || Number(row['expires_day']) < request.day) return { outcome: 'unknown' };
    const owner = row['request_hash'];
    if (owner === null) {
      this.#database
        .prepare('UPDATE ticket SET request_hash = ?, expires_day = ? WHERE ticket_hash = ?')
        .run([request.requestHash, request.receiptDay, request.ticketHash]);
      return { outcome: 'claimed', receiptDay: request.receiptDay };
    }
    const same = Buffer.compare(asBytes(owner as Uint8Array), request.requestHash) === 0;
    return same ? { outcome: 'claimed', receiptDay: Number(row['expires_day']) } : { outcome: 'used' };
  }

  /** False when it was spent before. */
  spendReceipt(serial: Bytes, expiresDay: number): boolean {
    return this.#spendReceipt.run([serial, expiresDay]).changes === 1;
  }

  /** False when it was spent before. */
  spendWork(stamp: string, expiresAt: number): boolean {
    return this.#spendWork.run([stamp, expiresAt]).changes === 1;
  }

  /** Remember a request from `now` until `expiresAt`; `full` when too many are remembered already. */
  seeRequest(tag: Bytes, now: number, expiresAt: number): 'first' | 'seen' | 'full' {
    if (this.#requests >= this.#mostRequests && now - this.#forgottenAt >= FORGET_PAUSE) {
      this.#forgetRequests(now);
    }
    if (this.#requests >= this.#mostRequests) return 'full';
    if (this.#seeRequest.run([tag, expiresAt]).changes === 0) return 'seen';
    this.#requests++;
    return 'first';
  }

  expire(now: number, day: number): void {
    this.#database.prepare('DELETE FROM ticket WHERE expires_day < ?').run([day]);
    this.#database.prepare('DELETE FROM spent_receipt WHERE expires_day < ?').run([day]);
    this.#database.prepare('DELETE FROM spent_work WHERE expires_at < ?').run([now]);
    this.#forgetRequests(now);
  }

  #forgetRequests(now: number): void {
    this.#forgottenAt = now;
    this.#database.prepare('DELETE FROM seen_request WHERE expires_at < ?').run([now]);
    this.#countRequests();
  }

  #countRequests(): void {
    const row = this.#database.prepare('SELECT COUNT(*) AS requests FROM seen_request').get([]);
    this.#requests = Number(row?.['requests'] ?? 0);
  }
}
