import { decodeFrame, HEADER } from '@sotto/protocol';
import { type Client, REDIAL, SPREAD } from './client.ts';
import { messageOfRequest } from './send-request.ts';
import type { Tally } from './tally.ts';
import { type WireEnd, WireSocket } from './wire-socket.ts';

/** A client whose connection takes no more than this holds its next message back. */
const HELD_BYTES = 64 * 1024;
export interface SenderTerms {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  /** Whether it does as a refusal says, or goes on at once. */
  readonly heeds: boolean;
}

/** One client that sends over one anonymous connection, and dials again when that has ended. */
export class Sender implements Client {
  readonly #terms: SenderTerms;
  /** Messages sent over the present connection and not answered. */
  readonly #unanswered = new Set<number>();
  #socket: WireSocket | undefined;
  #tally: Tally | undefined;
  #notBefore = 0;
  #closed = false;
  turnedAway = 0;
  answered: () => void = () => undefined;

  constructor(terms: SenderTerms) {
    this.#terms = terms;
  }

  get unanswered(): number {
    return this.#unanswered.size;
  }

  get isOpen(): boolean {
    return this.#socket?.open === true;
  }

  dial(): void {
    if (this.#closed || this.#socket !== undefined) return;
    this.#socket = new WireSocket({
      ...this.#terms,
      opened: () => this.answered(),
      message: (payload) => this.#heard(payload),
      ended: (end) => this.#ended(end),
    });
  }

  /** Why the next message cannot be sent now. */
  refusesOwn(): 'told' | 'held' | undefined {
    if (this.#terms.heeds && this.#told > 0) return 'told';
    if (this.#socket?.open !== true || this.#socket.held > HELD_BYTES) return 'held';
    return undefined;
  }

  send(tally: Tally, message: number, frame: Buffer): void {
    this.#tally = tally;
    this.#unanswered.add(message);
    this.#socket?.send(frame);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #heard(payload: Buffer): void {
    const frame = decodeFrame(payload);
    if (frame.kind !== 'response') return;
    const message = messageOfRequest(frame.id);
    this.#unanswered.delete(message);
    const seconds = frame.headers.get(HEADER.retryAfter);
    if (frame.status === 200) this.#tally?.settle(message, 'accepted');
    else if ((frame.status === 429 || frame.status === 503) && seconds !== undefined) {
      this.#wait(Number(seconds) * 1000 + Math.random() * SPREAD);
      this.#tally?.settle(message, 'refused', String(frame.status));
    } else this.#tally?.settle(message, 'wordless', String(frame.status));
    this.answered();
  }

  #ended(end: WireEnd): void {
    const wasOpen = this.#socket?.open === true || this.#unanswered.size > 0;
    this.#socket = undefined;
    const words = end.how === 'closed' || (end.how === 'refused' && end.retryAfter !== undefined);
    if (!wasOpen && !words) this.turnedAway++;
    const name =
      end.how === 'closed' ? `close ${end.code}` : end.how === 'refused' ? `${end.status}` : end.why;
    for (const message of this.#unanswered) this.#tally?.settle(message, words ? 'closed' : 'cut', name);
    this.#unanswered.clear();
    const pause = end.how === 'refused' && end.retryAfter !== undefined ? end.retryAfter * 1000 : REDIAL;
    this.#wait(pause);
    if (!this.#closed) setTimeout(() => this.dial(), this.#terms.heeds ? this.#told : REDIAL);
    this.answered();
  }

  /** Milliseconds until it may send again, as far as it knows. */
  get #told(): number {
    return Math.max(0, this.#notBefore - performance.now());
  }

  #wait(milliseconds: number): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + milliseconds);
  }
}
