import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { BODY_PACE, BODY_TIMEOUT } from '../constants.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** The body, or the status that says why it was not read to its end. */
export type ReadOutcome = { readonly body: Bytes } | { readonly status: 408 | 413 | 503 };

/** Read a body whose length was announced or not; `came` hears of every part. Rejects when the client goes away. */
export function readBody(
  request: NodeRequest,
  share: ByteShare,
  came: (bytes: number) => void,
): Promise<ReadOutcome> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > MAX_REQUEST_BYTES) return Promise.resolve({ status: 413 });
  // With listeners, because an iterator of the stream costs several times what it takes to read a short body.
  return new Promise((resolve, reject) => {
    const body = new GrowingBody(share);
    const took = (part: Buffer): void => {
      pace.came(part.length);
      came(part.length);
      const refused = body.add(part);
      if (refused !== undefined) settle({ status: refused });
    };
    const ended = (): void => settle({ body: body.whole() });
    const failed = (error: Error): void => {
      release();
      reject(error);
    };
    const left = (): void => failed(Object.assign(new Error('the client has gone'), { code: 'ECONNRESET' }));
    const release = (): void => {
      pace.stop();
      request.off('data', took).off('end', ended).off('error', failed).off('close', left);
    };
    const settle = (outcome: ReadOutcome): void => {
      release();
      // What is not read of it goes with the connection, which ends after the answer.
      if ('status' in outcome) request.pause();
      resolve(outcome);
    };
    const pace = new Pace(() => settle({ status: 408 }));
    if (request.destroyed) left();
    else request.on('data', took).on('end', ended).on('error', failed).on('close', left);
  });
}

/** Whether a body comes as fast as it must. */
class Pace {
  #came = 0;
  readonly #timer;
  readonly #check;

  constructor(late: () => void) {
    this.#timer = setTimeout(late, BODY_TIMEOUT);
    this.#check = setInterval(() => {
      if (this.#came < BODY_PACE.bytes) late();
      this.#came = 0;
    }, BODY_PACE.milliseconds);
  }

  came(bytes: number): void {
    this.#came += bytes;
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#check);
  }
}

/** Grown by doubling: a list of the parts would cost far more than they hold when each is one byte. */
class GrowingBody {
  readonly #share: ByteShare;
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(share: ByteShare) {
    this.#share = share;
  }

  /** The status with which it is refused. */
  add(part: Buffer): 413 | 503 | undefined {
    const end = this.#length + part.length;
    if (end > MAX_REQUEST_BYTES) return 413;
    if (end > this.#bytes.length) {
      const room = Math.min(MAX_REQUEST_BYTES, Math.max(2 * this.#bytes.length, end));
      if (!this.#share.take(room - this.#bytes.length)) return 503;
      const grown = Buffer.allocUnsafe(room);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    part.copy(this.#bytes, this.#length);
    this.#length = end;
    return undefined;
  }

  whole(): Bytes {
    return asBytes(this.#bytes.subarray(0, this.#length));
  }
}
