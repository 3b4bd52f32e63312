import type { Duplex } from 'node:stream';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { FRAME, isRequestKind, type RequestKind } from './kinds.ts';
import { LeaveSignal, type Leaving } from './leaving.ts';
import { type Part, PartialMessage, PartReader, PartWriter } from './parts.ts';

export interface FrameReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** How much one stream may hold, and for how long. */
export interface FrameLimits {
  /** Requests at once, those that are not whole yet among them. More is refused with 503. */
  readonly requests: number;
  /** Of one request; a longer one is refused with 413. */
  readonly bytes: number;
  /** From the first part of a request to its last. Milliseconds. */
  readonly bodyTimeout: number;
  /** How long the other end may read nothing of its answers. Milliseconds. */
  readonly readTimeout: number;
}

export interface FrameAnswers {
  /** Never rejects. `signal`: whoever asked has gone or does not wait. */
  answer(
    kind: RequestKind,
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
  readonly kind: RequestKind;
  readonly message: PartialMessage;
  /** `undefined` for what is refused already: what is on its way of it is dropped. */
  readonly share: ByteShare | undefined;
  readonly since: number;
}

/** Answers what comes over a stream of frames until it ends. Whoever breaks its rules loses the stream. */
export class AnsweredFrames {
  readonly #stream: Duplex;
  readonly #answers: FrameAnswers;
  readonly #limits: FrameLimits;
  readonly #writer: PartWriter;
  readonly #incoming = new Map<number, Incoming>();
  readonly #asked = new Map<number, LeaveSignal>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(stream: Duplex, limits: FrameLimits, answers: FrameAnswers) {
    this.#stream = stream;
    this.#answers = answers;
    this.#limits = limits;
    this.#writer = new PartWriter(stream, {
      patience: limits.readTimeout,
      stalled: () => stream.destroy(),
      emptied: () => stream.resume(),
    });
    const reader = new PartReader((part) => this.#took(part));
    stream.on('data', (chunk: Buffer) => {
      answers.came(chunk.length);
      if (!reader.push(chunk)) stream.destroy();
      // Nothing further is read of whoever asks and reads no answers: they would pile up here.
      if (this.#writer.waiting > limits.requests) stream.pause();
    });
    const late = setInterval(() => this.#dropLate(), limits.bodyTimeout / 3).unref();
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
    if (!isRequestKind(kind) || this.#asked.has(id) || (begun !== undefined && begun.kind !== kind)) {
      this.#stream.destroy();
      return;
    }
    if (begun === undefined && this.#asked.size + this.#incoming.size >= this.#limits.requests) {
      this.#refuse(part, kind, undefined, 503);
      return;
    }
    this.#add(part, kind, begun);
  }

  #add(part: Part, kind: RequestKind, begun: Incoming | undefined): void {
    const { id, more, payload } = part;
    const message = begun?.message ?? new PartialMessage();
    const share = begun === undefined ? this.#answers.open() : begun.share;
    if (share === undefined) {
      if (!more) this.#incoming.delete(id);
    } else if (message.length + payload.length > this.#limits.bytes) {
      this.#refuse(part, kind, share, 413);
    } else if (!share.take(payload.length)) {
      this.#refuse(part, kind, share, 503);
    } else {
      message.add(payload);
      if (more) this.#incoming.set(id, { kind, message, share, since: begun?.since ?? performance.now() });
      else this.#begin(id, kind, message, share);
    }
  }

  #begin(id: number, kind: RequestKind, message: PartialMessage, share: ByteShare): void {
    this.#incoming.delete(id);
    const served = this.#serve(id, kind, asBytes(message.whole()), share).finally(() =>
      this.#underWay.delete(served),
    );
    this.#underWay.add(served);
  }

  async #serve(id: number, kind: RequestKind, body: Bytes, share: ByteShare): Promise<void> {
    const signal = new LeaveSignal();
    this.#asked.set(id, signal);
    const reply = await this.#answers.answer(kind, body, { signal, share });
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

  #refuse({ id, more }: Part, kind: RequestKind, share: ByteShare | undefined, status: 413 | 503): void {
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
    const before = performance.now() - this.#limits.bodyTimeout;
    for (const { since } of this.#incoming.values()) if (since < before) this.#stream.destroy();
  }
}
