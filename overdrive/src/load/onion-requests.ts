import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { type BuiltOnionRequest, buildOnionRequest, type OnionHop } from '@sotto/onion';
import { numberAt, writeNumber } from './mark.ts';
import { isStored, storeText } from './store-request.ts';

export interface OnionTerms {
  /** The entry node first. */
  readonly path: readonly OnionHop[];
  readonly destination: OnionHop;
  /** Of the destination's swarm, in hexadecimal as they are named. */
  readonly mailboxes: readonly string[];
  /** So many requests are built before they are due, so that it is not their maker who is measured. */
  readonly stock: number;
}

interface Built {
  readonly number: number;
  readonly built: BuiltOnionRequest;
}

/**
 * Stores that travel through three hops. A node opens a layer once, so each request is built for itself; and as
 * many messages are due that are never sent, what is built carries numbers of its own.
 */
export class OnionRequests {
  readonly #terms: OnionTerms;
  readonly #templates: readonly Buffer[];
  readonly #numberAt: readonly number[];
  readonly #stock: Built[] = [];
  readonly #sent = new Map<number, Built>();
  #next: number;

  constructor(terms: OnionTerms, firstMessage: number) {
    this.#terms = terms;
    this.#next = firstMessage;
    this.#templates = terms.mailboxes.map((mailbox) => Buffer.from(storeText(mailbox)));
    this.#numberAt = this.#templates.map(numberAt);
    while (this.#stock.length < terms.stock) this.#stock.push(this.#build());
    this.#stock.reverse();
  }

  of(message: number): Buffer {
    const request = this.#stock.pop() ?? this.#build();
    const { built } = request;
    this.#sent.set(message, request);
    const head = `POST /onion_req/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: ${built.body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), built.body]);
  }

  /** A destination that has no room says so under its own key, and the hops pass that on as a success. */
  judge(message: number, body: Buffer): 'accepted' | 'refused' | 'wordless' {
    const opened = this.#sent.get(message)?.built.open(body);
    if (opened?.outcome !== 'opened') return 'wordless';
    if (opened.status === 429 || opened.status === 503) return 'refused';
    return opened.status === 200 && isStored(opened.body) ? 'accepted' : 'wordless';
  }

  /** The guard has refused it unopened: it can be sent once more, as a client does that comes again. */
  takeBack(message: number): void {
    const request = this.#sent.get(message);
    if (request === undefined) return;
    this.#sent.delete(message);
    this.#stock.push(request);
  }

  /** The number that what was sent as this message carries. */
  numberOf(message: number): number {
    return this.#sent.get(message)?.number ?? Number.NaN;
  }

  #build(): Built {
    const { path, destination } = this.#terms;
    const number = this.#next++;
    const which = number % this.#templates.length;
    const rpc = Buffer.from(this.#templates[which] as Buffer);
    writeNumber(rpc, this.#numberAt[which] as number, number);
    const built = buildOnionRequest({
      path,
      destination: { kind: 'node', hop: destination, rpc: Uint8Array.from(rpc) as Bytes },
      encryption: 'xchacha20',
      now: Date.now(),
      pad: true,
      wrap: true,
      random: randomBytes,
    });
    return { number, built };
  }
}
