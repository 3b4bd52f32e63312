import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { asBytes } from '@sotto/bytes';
import { MAX_LINK_REQUESTS, READ_TIMEOUT, RESERVED_REQUESTS } from '../constants.ts';
import { endSession } from './end-session.ts';
import type { LinkReply, LinkRequest } from './exchange.ts';
import { FRAME } from './frame-kinds.ts';
import { type Part, PartialMessage, PartReader, PartWriter } from './parts.ts';
import { LINK_PATH } from './paths.ts';

interface Asked {
  readonly request: LinkRequest;
  readonly reply: PartialMessage;
  settle(reply: LinkReply): void;
}

const STATUS_BYTES = 2;

/**
 * Asks over one stream of a link, whose messages are told apart by numbers. A stream of HTTP/2 for each request costs
 * both ends several times what it takes to answer one, and one that is broken off counts against the connection.
 */
export class FrameAsker {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #writer: PartWriter;
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #closing = false;

  /** Throws when the session has ended. */
  constructor(session: ClientHttp2Session) {
    this.#session = session;
    this.#stream = session.request({ ':method': 'POST', ':path': LINK_PATH.frames }, { endStream: false });
    const end = (): void => endSession(session);
    const reader = new PartReader((part) => this.#took(part));
    this.#stream.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) end();
    });
    this.#stream.on('response', (headers) => {
      if (headers[':status'] !== 200) end();
    });
    this.#stream.on('end', end);
    this.#stream.on('error', () => undefined);
    // Without it there is no link, whatever else of the connection may work.
    this.#stream.once('close', () => {
      for (const { settle } of [...this.#asked.values()]) settle({ outcome: 'broken' });
      end();
    });
    this.#writer = new PartWriter(this.#stream, { patience: READ_TIMEOUT, stalled: end });
  }

  /** Whether a request that gives way to others may be made. */
  get hasRoom(): boolean {
    return this.#asked.size < MAX_LINK_REQUESTS - RESERVED_REQUESTS;
  }

  /** Never rejects. */
  ask(kind: number, request: LinkRequest): Promise<LinkReply> {
    if (request.signal?.aborted === true) return Promise.resolve({ outcome: 'aborted' });
    if (this.#stream.destroyed || this.#closing) return Promise.resolve({ outcome: 'broken' });
    if (this.#asked.size >= MAX_LINK_REQUESTS) return Promise.resolve({ outcome: 'busy' });
    return new Promise((resolve) => {
      const id = this.#freeId();
      const settle = (reply: LinkReply): void => {
        if (!this.#asked.delete(id)) return;
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', abort);
        if (reply.outcome !== 'answered') this.#writer.send(id, FRAME.cancel, new Uint8Array());
        resolve(reply);
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
      endSession(this.#session);
      return;
    }
    const { request, reply, settle } = asked;
    reply.add(payload);
    if (reply.length - STATUS_BYTES > request.maxReply) settle({ outcome: 'too-large' });
    else if (request.hold?.(payload.length) === false) settle({ outcome: 'busy' });
    else if (!more) settle(readReply(reply.whole()));
  }
}

function readReply(message: Buffer): LinkReply {
  if (message.length < STATUS_BYTES) return { outcome: 'broken' };
  const body = asBytes(message.subarray(STATUS_BYTES));
  return { outcome: 'answered', status: message.readUInt16BE(0), body };
}
