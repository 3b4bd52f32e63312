import type { ClientHttp2Stream } from 'node:http2';
import { asBytes, type Bytes } from '@sotto/bytes';
import { FRAME, type RequestKind } from './kinds.ts';
import type { Leaving } from './leaving.ts';
import { type Part, PartialMessage, PartReader, PartWriter } from './parts.ts';

export interface FrameRequest {
  readonly body: Bytes;
  /** Milliseconds to the last byte of the answer. */
  readonly timeout: number;
  /** A longer answer is given up. Bytes. */
  readonly maxReply: number;
  readonly signal?: Leaving;
  /** Count bytes of the answer that are held; false when there is no room. */
  hold?(bytes: number): boolean;
}

export type FrameAnswer =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: Bytes }
  /** Too many requests are under way, or there is no room for the answer. */
  | { readonly outcome: 'busy' }
  /** Sent, and perhaps acted upon; no answer in time, or too long a one. */
  | { readonly outcome: 'timeout' | 'broken' | 'too-large' }
  | { readonly outcome: 'aborted' };

export interface FrameAskerOptions {
  /** Requests under way at once. */
  readonly most: number;
  /** How long the other end may read nothing of what was written. Milliseconds. */
  readonly patience: number;
  /** The stream is of no use any more: it has ended, or the other end breaks the rules. Called once or more. */
  broken(): void;
}

interface Asked {
  readonly request: FrameRequest;
  readonly reply: PartialMessage;
  settle(answer: FrameAnswer): void;
}

const STATUS_BYTES = 2;

/**
 * Asks over one stream, whose messages are told apart by numbers. A stream of HTTP/2 for each request costs both ends
 * several times what it takes to answer one, and one that is broken off counts against the connection.
 */
export class FrameAsker {
  readonly #stream: ClientHttp2Stream;
  readonly #options: FrameAskerOptions;
  readonly #writer: PartWriter;
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #closing = false;

  constructor(stream: ClientHttp2Stream, options: FrameAskerOptions) {
    this.#stream = stream;
    this.#options = options;
    const { broken, patience } = options;
    const reader = new PartReader((part) => this.#took(part));
    stream.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) broken();
    });
    stream.on('response', (headers) => {
      if (headers[':status'] !== 200) broken();
    });
    stream.on('end', broken);
    stream.on('error', () => undefined);
    stream.once('close', () => {
      for (const { settle } of [...this.#asked.values()]) settle({ outcome: 'broken' });
      broken();
    });
    this.#writer = new PartWriter(stream, { patience, stalled: broken });
  }

  /** Requests that are not answered yet. */
  get underWay(): number {
    return this.#asked.size;
  }

  /** Never rejects. */
  ask(kind: RequestKind, request: FrameRequest): Promise<FrameAnswer> {
    if (request.signal?.aborted === true) return Promise.resolve({ outcome: 'aborted' });
    if (this.#stream.destroyed || this.#closing) return Promise.resolve({ outcome: 'broken' });
    if (this.#asked.size >= this.#options.most) return Promise.resolve({ outcome: 'busy' });
    return new Promise((resolve) => {
      const id = this.#freeId();
      const settle = (answer: FrameAnswer): void => {
        if (!this.#asked.delete(id)) return;
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', abort);
        if (answer.outcome !== 'answered') this.#writer.send(id, FRAME.cancel, new Uint8Array());
        resolve(answer);
        if (this.#closing) this.close();
      };
      const timer = setTimeout(() => settle({ outcome: 'timeout' }), request.timeout);
      const abort = (): void => settle({ outcome: 'aborted' });
      request.signal?.addEventListener('abort', abort, { once: true });
      this.#asked.set(id, { request, reply: new PartialMessage(), settle });
      this.#writer.send(id, kind, request.body);
    });
  }

  /** Ask nothing further; end when what was asked is answered. */
  close(): void {
    this.#closing = true;
    if (this.#asked.size === 0) this.#stream.end();
  }

  #freeId(): number {
    do this.#next = (this.#next + 1) >>> 0;
    while (this.#asked.has(this.#next));
    return this.#next;
  }

  #took({ id, kind, more, payload }: Part): void {
    const asked = this.#asked.get(id);
    // An answer that nobody waits for any more was on its way.
    if (asked === undefined) return;
    if (kind !== FRAME.reply) {
      this.#options.broken();
      return;
    }
    const { request, reply, settle } = asked;
    reply.add(payload);
    if (reply.length - STATUS_BYTES > request.maxReply) settle({ outcome: 'too-large' });
    else if (request.hold?.(payload.length) === false) settle({ outcome: 'busy' });
    else if (!more) settle(readReply(reply.whole()));
  }
}

function readReply(message: Buffer): FrameAnswer {
  if (message.length < STATUS_BYTES) return { outcome: 'broken' };
  const body = asBytes(message.subarray(STATUS_BYTES));
  return { outcome: 'answered', status: message.readUInt16BE(0), body };
}
