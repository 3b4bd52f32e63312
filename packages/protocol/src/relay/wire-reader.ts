import { asBytes, type Bytes, fromUtf8 } from '@sotto/bytes';

/** Shorter texts are put together from letters, which is faster. */
const SHORT = 12;

/**
 * Reads protobuf as it mostly is, without the objects that reading by a schema takes. Meets it anything else (a
 * number beyond 2^53, a length that lies, text that is not ASCII), it is `odd` from then on, and what it has given means nothing.
 */
export class WireReader {
  odd = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that were not read yet; none when it is odd. */
  get left(): number {
    return this.odd ? 0 : this.#bytes.length - this.#at;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; value <= Number.MAX_SAFE_INTEGER; scale *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale === 2 ** 56) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value;
    }
    return this.#isOdd();
  }

  /** A view of what was read from. */
  bytes(): Bytes {
    const start = this.#end(this.number());
    return asBytes(this.#bytes.subarray(start, this.#at));
  }

  text(): string {
    const start = this.#end(this.number());
    const length = this.#at - start;
    let text = '';
    if (length > SHORT) {
      try {
        text = fromUtf8(this.#bytes.subarray(start, this.#at));
      } catch {
        this.#isOdd();
      }
      // Every letter beyond ASCII has more bytes than the text has units for it.
      if (text.length < length) this.#isOdd();
      return text;
    }
    for (let index = start; index < this.#at; index++) {
      const byte = this.#bytes[index] as number;
      if (byte >= 0x80) this.#isOdd();
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Go on by so many bytes, and say from where. */
  #end(length: number): number {
    const start = this.#at;
    if (length > this.left) this.#isOdd();
    else this.#at += length;
    return start;
  }

  #isOdd(): number {
    this.odd = true;
    return 0;
  }
}
