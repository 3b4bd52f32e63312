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
export async function readBody(
  request: NodeRequest,
  share: ByteShare,
  came: (bytes: number) => void,
): Promise<ReadOutcome> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > MAX_REQUEST_BYTES) return { status: 413 };
  const pace = new Pace();
  try {
    // What is not read of it goes with the connection, which ends after the answer.
    return await Promise.race([
      collect(request, share, (bytes) => {
        pace.came(bytes);
        came(bytes);
      }),
      pace.late,
    ]);
  } finally {
    pace.stop();
  }
}

/** Whether a body comes as fast as it must. */
class Pace {
  #came = 0;
  #hurry: (outcome: ReadOutcome) => void = () => undefined;
  readonly late = new Promise<ReadOutcome>((resolve) => {
    this.#hurry = resolve;
  });
  readonly #timer = setTimeout(() => this.#hurry({ status: 408 }), BODY_TIMEOUT);
  readonly #check = setInterval(() => {
    if (this.#came < BODY_PACE.bytes) this.#hurry({ status: 408 });
    this.#came = 0;
  }, BODY_PACE.milliseconds);

  came(bytes: number): void {
    this.#came += bytes;
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#check);
  }
}

async function collect(
  request: NodeRequest,
  share: ByteShare,
  came: (bytes: number) => void,
): Promise<ReadOutcome> {
  // Grown by doubling: a list of the parts would cost far more than they hold when each is one byte.
  let body = Buffer.alloc(0);
  let length = 0;
  // Not destroyed when left early: the answer that refuses it goes out over the same connection.
  const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const part of parts) {
    const end = length + part.length;
    came(part.length);
    if (end > MAX_REQUEST_BYTES) return { status: 413 };
    if (end > body.length) {
      const room = Math.min(MAX_REQUEST_BYTES, Math.max(2 * body.length, end));
      if (!share.take(room - body.length)) return { status: 503 };
      const grown = Buffer.allocUnsafe(room);
      body.copy(grown, 0, 0, length);
      body = grown;
    }
    part.copy(body, length);
    length = end;
  }
  return { body: asBytes(body.subarray(0, length)) };
}
