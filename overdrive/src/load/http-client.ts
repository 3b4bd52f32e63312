import { connect, type TLSSocket } from 'node:tls';
import { type Client, REDIAL, SPREAD } from './client.ts';
import { readReply } from './http-reply.ts';
import type { Tally } from './tally.ts';

export interface HttpClientTerms {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly heeds: boolean;
  /** What a 200 says of the message. */
  judge(message: number, body: Buffer): 'accepted' | 'refused' | 'wordless';
  /** It was refused before anybody acted upon it. */
  refused?(message: number): void;
}

/** A client of a storage node: one HTTP/1.1 connection, one request at a time. */
export class HttpClient implements Client {
  readonly #terms: HttpClientTerms;
  #socket: TLSSocket | undefined;
  #open = false;
  #rest: Buffer = Buffer.alloc(0);
  #asked: { readonly tally: Tally; readonly message: number } | undefined;
  #notBefore = 0;
  #closed = false;
  turnedAway = 0;
  answered: () => void = () => undefined;

  constructor(terms: HttpClientTerms) {
    this.#terms = terms;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get unanswered(): number {
    return this.#asked === undefined ? 0 : 1;
  }

  dial(): void {
    if (this.#closed || this.#socket !== undefined) return;
    const { host, port, from } = this.#terms;
    // The address to dial from reaches the TCP socket beneath, though the types do not know it.
    const terms = { host, port, localAddress: from, rejectUnauthorized: false };
    const socket = connect(terms);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.once('secureConnect', () => {
      this.#open = true;
      this.answered();
    });
    socket.on('data', (part) => this.#read(part));
    socket.on('error', () => undefined);
    socket.once('close', () => this.#ended());
  }

  refusesOwn(): 'told' | 'held' | undefined {
    if (this.#terms.heeds && performance.now() < this.#notBefore) return 'told';
    return this.#open && this.#asked === undefined ? undefined : 'held';
  }

  send(tally: Tally, message: number, request: Buffer): void {
    this.#asked = { tally, message };
    this.#socket?.write(request);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #read(part: Buffer): void {
    this.#rest = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    const reply = readReply(this.#rest);
    const asked = this.#asked;
    if (reply === undefined || asked === undefined) return;
    this.#rest = this.#rest.subarray(reply.length);
    this.#asked = undefined;
    const { status, retryAfter, body } = reply;
    if (status === 200) {
      asked.tally.settle(asked.message, this.#terms.judge(asked.message, body), 'inside');
    } else if (retryAfter !== undefined && (status === 429 || status === 503)) {
      this.#notBefore = performance.now() + retryAfter * 1000 + Math.random() * SPREAD;
      asked.tally.settle(asked.message, 'refused', String(status));
      this.#terms.refused?.(asked.message);
    } else asked.tally.settle(asked.message, 'wordless', String(status));
    this.answered();
  }

  #ended(): void {
    this.#socket = undefined;
    if (!this.#open) this.turnedAway++;
    this.#open = false;
    this.#rest = Buffer.alloc(0);
    this.#asked?.tally.settle(this.#asked.message, 'cut', 'end');
    this.#asked = undefined;
    if (!this.#closed) setTimeout(() => this.dial(), REDIAL);
    this.answered();
  }
}
