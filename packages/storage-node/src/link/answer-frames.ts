import type { Duplex } from 'node:stream';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { BODY_TIMEOUT, MAX_LINK_REQUESTS, READ_TIMEOUT } from '../constants.ts';
import { LeaveSignal, type Leaving } from '../leaving.ts';
import { FRAME, pathOfKind } from './frame-kinds.ts';
import { type Part, PartialMessage, PartReader, PartWriter } from './parts.ts';

export interface FrameReply {
  readonly status: number;
  readonly body: Uint8Array;
}

export interface FrameAnswers {
  /** Answer a request to the path of its kind. Never rejects. `signal`: whoever asked has gone or does not wait. */
  answer(
    path: string,
    body: Bytes,
    asked: { readonly signal: Leaving; readonly share: ByteShare },
  ): Promise<FrameReply>;
  /** Of the bytes that may be held, a share for one request. */
  open(): ByteShare;
  /** The answer to a request for which there is no room, or that is too long. */
  refuse(status: 413 | 503): FrameReply;
  /** Hears of every part that comes. */
  came(bytes: number): void;
}

interface Incoming {
  readonly kind: number;
  readonly message: PartialMessage;
  /** `undefined` for what is refused already: what is on its way of it is dropped. */
  readonly share: ByteShare | undefined;
  readonly since: number;
}

/** Answers what comes over a link's stream of frames until it ends. Whoever breaks its rules loses the stream. */
export class AnsweredFrames {
  readonly #stream: Duplex;
  readonly #answers: FrameAnswers;
  readonly #writer: PartWriter;
  readonly #incoming = new Map<number, Incoming>();
  readonly #asked = new Map<number, LeaveSignal>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(stream: Duplex, answers: FrameAnswers) {
    this.#stream = stream;
    this.#answers = answers;
    this.#writer = new PartWriter(stream, { patience: READ_TIMEOUT, stalled: () => stream.destroy() });
    const reader = new PartReader((part) => this.#took(part));
    stream.on('data', (chunk: Buffer) => {
      answers.came(chunk.length);
      if (!reader.push(chunk)) stream.destroy();
    });
    const late = setInterval(() => this.#dropLate(), BODY_TIMEOUT / 3).unref();
    stream.on('error', () => undefined);
    stream.once('end', () => stream.end());
    stream.once('close', () => {
      clearInterval(late);
      for (const id of [...this.#incoming.keys(), ...this.#asked.keys()]) this.#forget(id);
    });
  }

  /** Resolves when what is being answered was handed over. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Say nothing further. */
  end(): void {
    this.#stream.end();
  }

  #took(part: Part): void {
    const { id, kind } = part;
    if (kind === FRAME.cancel) {
      this.#forget(id);
      return;
    }
    const begun = this.#incoming.get(id);
    const path = pathOfKind(kind);
    if (path === undefined || this.#asked.has(id) || (begun !== undefined && begun.kind !== kind)) {
      this.#stream.destroy();
      return;
    }
    if (begun === undefined && this.#asked.size + this.#incoming.size >= MAX_LINK_REQUESTS) {
      this.#refuse(part, undefined, 503);
      return;
    }
    this.#add(part, path, begun);
  }

  #add(part: Part, path: string, begun: Incoming | undefined): void {
    const { id, kind, more, payload } = part;
    const message = begun?.message ?? new PartialMessage();
    const share = begun === undefined ? this.#answers.open() : begun.share;
    if (share === undefined) {
      if (!more) this.#incoming.delete(id);
    } else if (message.length + payload.length > MAX_REQUEST_BYTES) {
      this.#refuse(part, share, 413);
    } else if (!share.take(payload.length)) {
      this.#refuse(part, share, 503);
    } else {
      message.add(payload);
      if (more) this.#incoming.set(id, { kind, message, share, since: begun?.since ?? performance.now() });
      else this.#begin(id, path, message, share);
    }
  }

  #begin(id: number, path: string, message: PartialMessage, share: ByteShare): void {
    this.#incoming.delete(id);
    const served = this.#serve(id, path, asBytes(message.whole()), share).finally(() =>
      this.#underWay.delete(served),
    );
    this.#underWay.add(served);
  }

  async #serve(id: number, path: string, body: Bytes, share: ByteShare): Promise<void> {
    const signal = new LeaveSignal();
    this.#asked.set(id, signal);
    const reply = await this.#answers.answer(path, body, { signal, share });
    this.#asked.delete(id);
    if (!signal.aborted) await this.#reply(id, reply);
    share.release();
  }

  #reply(id: number, { status, body }: FrameReply): Promise<void> {
    const message = Buffer.allocUnsafe(2 + body.length);
    message.writeUInt16BE(status, 0);
    message.set(body, 2);
    return new Promise((resolve) => this.#writer.send(id, FRAME.reply, message, resolve));
  }

  #refuse({ id, kind, more }: Part, share: ByteShare | undefined, status: 413 | 503): void {
    share?.release();
    this.#incoming.delete(id);
    if (more) {
      const rest = { kind, message: new PartialMessage(), share: undefined, since: performance.now() };
      this.#incoming.set(id, rest);
    }
    void this.#reply(id, this.#answers.refuse(status));
  }

  #forget(id: number): void {
    this.#incoming.get(id)?.share?.release();
    this.#incoming.delete(id);
    this.#asked.get(id)?.abort();
  }

  #dropLate(): void {
    const before = performance.now() - BODY_TIMEOUT;
    for (const { since } of this.#incoming.values()) if (since < before) this.#stream.destroy();
  }
}
