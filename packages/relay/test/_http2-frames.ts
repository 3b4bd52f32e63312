import { concatBytes, utf8 } from '@sotto/bytes';

/** Frames of HTTP/2 by hand (RFC 9113), for what the library's own client does not send. */

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, endHeaders: 4 } as const;

export const PREFACE = utf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

interface FrameHead {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
}

export function frame({ type, flags = 0, stream = 0 }: FrameHead, payload = new Uint8Array(0)): Uint8Array {
  const head = new DataView(new ArrayBuffer(9));
  head.setUint32(0, (payload.length << 8) | type);
  head.setUint8(4, flags);
  head.setUint32(5, stream);
  return concatBytes(new Uint8Array(head.buffer), payload);
}

/** A block of headers, each written out (RFC 7541 §6.2.2). */
export function headerBlock(headers: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...Object.entries(headers).flatMap(([name, value]) => [Uint8Array.of(0), text(name), text(value)]),
  );
}

function text(value: string): Uint8Array {
  const bytes = utf8(value);
  if (bytes.length < 127) return concatBytes(Uint8Array.of(bytes.length), bytes);
  const rest = bytes.length - 127;
  if (rest >= 128 * 128) throw new Error('too long for this');
  const length = rest < 128 ? [127, rest] : [127, (rest % 128) | 128, rest >> 7];
  return concatBytes(Uint8Array.from(length), bytes);
}

/** Of what comes, the types of the frames. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  read(part: Uint8Array): readonly number[] {
    this.#rest = Buffer.concat([this.#rest, part]);
    const types: number[] = [];
    while (this.#rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      types.push(this.#rest.readUInt8(3));
      this.#rest = this.#rest.subarray(end);
    }
    return types;
  }
}

const HEAD_BYTES = 9;
