import type { Http2ServerRequest } from 'node:http2';
import { AnsweredFrames, type FrameReply, type RequestKind } from '@sotto/frames';
import { addressOf, type ByteShare } from '@sotto/limits';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { BODY_TIMEOUT, READ_TIMEOUT } from '../constants.ts';
import type { Asked } from './asked.ts';

export interface FrameDoor {
  /** Requests at once. */
  readonly most: number;
  /** Never rejects. */
  answer(kind: RequestKind, asked: Asked): Promise<FrameReply>;
  /** Of the bytes that may be held, a share for one request. */
  open(): ByteShare;
  refuse(status: 413 | 503): FrameReply;
  /** Hears of every part that comes. */
  came(bytes: number): void;
}

/** The streams of frames that are open: of links, and of clients at their guard. */
export class FrameStreams {
  readonly #open = new Set<AnsweredFrames>();

  /** `ended` is called when the stream has. */
  accept({ stream, socket }: Http2ServerRequest, door: FrameDoor, ended: () => void = () => undefined): void {
    const from = addressOf(socket);
    stream.respond({ ':status': 200 });
    const limits = {
      ...{ requests: door.most, bytes: MAX_REQUEST_BYTES },
      ...{ bodyTimeout: BODY_TIMEOUT, readTimeout: READ_TIMEOUT },
    };
    const answering = new AnsweredFrames(stream, limits, {
      answer: (kind, body, { signal, share }) => door.answer(kind, { body, from, signal, hold: share.take }),
      open: () => door.open(),
      refuse: (status) => door.refuse(status),
      came: (bytes) => door.came(bytes),
    });
    this.#open.add(answering);
    stream.once('close', () => {
      this.#open.delete(answering);
      ended();
    });
  }

  /** Resolves when everything that is being answered was handed over. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open].map((one) => one.settled()));
  }

  end(): void {
    for (const one of this.#open) one.end();
  }
}
