import { type Bytes, utf8 } from '@sotto/bytes';

/**
 * Protobuf for what passes a relay with every message. The same steps are taken twice: first to measure, then to
 * write into one piece of memory. (A general writer makes a list of pieces, and a byte string of each.)
 */
export interface WireSink {
  number(field: number, value: number | bigint): void;
  bytes(field: number, value: Uint8Array): void;
  text(field: number, value: string): void;
  /** What is written next, so many bytes, is the value of this field. */
  open(field: number, length: number): void;
}

export type WireSteps = (sink: WireSink) => void;

/** How many bytes some steps write. */
export function sizeOfWire(steps: WireSteps): number {
  const size = new WireSize();
  steps(size);
  return size.length;
}

/** What steps write one after the other, `length` bytes together. */
export function writeWire(length: number, ...all: readonly WireSteps[]): Bytes {
  const writer = new WireWriter(length);
  for (const steps of all) steps(writer);
  return writer.written;
}

/** How a field's value is written: a number by itself, anything else after its length. */
const [VARINT, WITH_LENGTH] = [0, 2] as const;

class WireSize implements WireSink {
  length = 0;

  number(field: number, value: number | bigint): void {
    this.length += sizeOfVarint(field << 3) + sizeOfVarint(value);
  }

  bytes(field: number, { length }: Uint8Array): void {
    this.open(field, length);
    this.length += length;
  }

  text(field: number, value: string): void {
    const length = isAscii(value) ? value.length : utf8(value).length;
    this.open(field, length);
    this.length += length;
  }

  open(field: number, length: number): void {
    this.length += sizeOfVarint(field << 3) + sizeOfVarint(length);
  }
}

class WireWriter implements WireSink {
  readonly written: Bytes;
  #end = 0;

  constructor(length: number) {
    this.written = new Uint8Array(length);
  }

  number(field: number, value: number | bigint): void {
    this.#varint((field << 3) | VARINT);
    if (typeof value === 'bigint') this.#longVarint(value);
    else this.#varint(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.open(field, value.length);
    this.written.set(value, this.#end);
    this.#end += value.length;
  }

  text(field: number, value: string): void {
    if (!isAscii(value)) {
      this.bytes(field, utf8(value));
      return;
    }
    this.open(field, value.length);
    for (let index = 0; index < value.length; index++) this.written[this.#end++] = value.charCodeAt(index);
  }

  open(field: number, length: number): void {
    this.#varint((field << 3) | WITH_LENGTH);
    this.#varint(length);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.written[this.#end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.written[this.#end++] = rest;
  }

  #longVarint(value: bigint): void {
    let rest = value;
    while (rest > Number.MAX_SAFE_INTEGER) {
      this.written[this.#end++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#varint(Number(rest));
  }
}

function sizeOfVarint(value: number | bigint): number {
  let size = 1;
  let rest = Number(value);
  if (typeof value === 'bigint' && value > Number.MAX_SAFE_INTEGER) {
    // As a number it would be rounded.
    const more = value >> 14n;
    size += 2;
    rest = Number(more);
  }
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= 0x80) return false;
  return true;
}
