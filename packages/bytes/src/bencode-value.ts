import { asBytes, type Bytes, concatBytes } from './bytes.ts';
import { BytesError } from './errors.ts';
import { utf8 } from './text.ts';

/**
 * Bencoded values of any kind, as nodes of the original network send them to each other (reference:
 * session-protocol, "bt"). A dictionary's keys are bytes in ascending order, here texts of one sign a byte.
 */
export type BencodedValue =
  | Bytes
  /** Whole numbers that a double holds exactly; others, up to 64 bits, are bigint. */
  | number
  | bigint
  | readonly BencodedValue[]
  | ReadonlyMap<string, BencodedValue>;

/** What can be written: text is UTF-8, a truth is 1 or 0, members that are undefined are left out. */
export type Bencodable =
  | Uint8Array
  | string
  | number
  | bigint
  | boolean
  | readonly Bencodable[]
  | { readonly [key: string]: Bencodable | undefined };

export interface BencodeLimits {
  /** Lists and dictionaries inside each other. */
  readonly depth: number;
  /** Values in all, keys not counted: each costs memory many times its two or three bytes. */
  readonly values: number;
}

const [DICT, LIST, INTEGER, END, COLON, MINUS] = [0x64, 0x6c, 0x69, 0x65, 0x3a, 0x2d];

/** Nothing that is received is longer than 10 MiB, a number of eight digits. */
const MAX_LENGTH_DIGITS = 8;

/** Of 64 bits, with or without a sign. */
const MAX_INTEGER_DIGITS = 20;
const [MIN_INTEGER, MAX_INTEGER] = [-(2n ** 63n), 2n ** 64n - 1n];

/** Throws TypeError for a number that is no whole one, which is a mistake of ours. */
export function encodeBencoded(value: Bencodable): Bytes {
  const pieces: Uint8Array[] = [];
  write(value, pieces);
  return concatBytes(...pieces);
}

function write(value: Bencodable, pieces: Uint8Array[]): void {
  if (typeof value === 'string') writeBytes(utf8(value), pieces);
  else if (value instanceof Uint8Array) writeBytes(value, pieces);
  else if (typeof value === 'object') writeMany(value, pieces);
  else pieces.push(utf8(`i${integerText(value)}e`));
}

function writeBytes(bytes: Uint8Array, pieces: Uint8Array[]): void {
  pieces.push(utf8(`${bytes.length}:`), bytes);
}

function writeMany(
  value: readonly Bencodable[] | { readonly [key: string]: Bencodable | undefined },
  pieces: Uint8Array[],
): void {
  if (isList(value)) {
    pieces.push(Uint8Array.of(LIST));
    for (const item of value) write(item, pieces);
  } else {
    pieces.push(Uint8Array.of(DICT));
    const keys = Object.keys(value).map((key) => ({ key, bytes: utf8(key) }));
    for (const { key, bytes } of keys.sort((one, other) => compare(one.bytes, other.bytes))) {
      const member = value[key];
      if (member === undefined) continue;
      writeBytes(bytes, pieces);
      write(member, pieces);
    }
  }
  pieces.push(Uint8Array.of(END));
}

function isList(value: object): value is readonly Bencodable[] {
  return Array.isArray(value);
}

function integerText(value: number | bigint | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError('not a whole number');
  return value.toString();
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/**
 * The one value that fills `bytes` exactly; byte strings are views. Throws BytesError: `bad-encoding` for
 * anything else and for more than the limits, `truncated` for a byte string that ends early.
 */
export function decodeBencoded(bytes: Uint8Array, limits: BencodeLimits): BencodedValue {
  const reader = new Reader(asBytes(bytes), limits);
  const value = reader.read(0);
  if (!reader.isAtEnd) throw malformed();
  return value;
}

class Reader {
  readonly #bytes: Bytes;
  readonly #limits: BencodeLimits;
  #at = 0;
  #values = 0;

  constructor(bytes: Bytes, limits: BencodeLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(depth: number): BencodedValue {
    this.#values += 1;
    if (depth > this.#limits.depth || this.#values > this.#limits.values) throw malformed();
    switch (this.#bytes[this.#at]) {
      case INTEGER:
        return this.#readInteger();
      case LIST:
        return this.#readList(depth);
      case DICT:
        return this.#readDict(depth);
      default:
        return this.#readBytes();
    }
  }

  #readList(depth: number): readonly BencodedValue[] {
    const items: BencodedValue[] = [];
    this.#at += 1;
    while (!this.#ends()) items.push(this.read(depth + 1));
    return items;
  }

  #readDict(depth: number): ReadonlyMap<string, BencodedValue> {
    const members = new Map<string, BencodedValue>();
    let last: string | undefined;
    this.#at += 1;
    while (!this.#ends()) {
      const key = this.#readKey();
      if (last !== undefined && key <= last) throw malformed();
      last = key;
      members.set(key, this.read(depth + 1));
    }
    return members;
  }

  /** Whether the list or dictionary ends here, whose end is then behind us. */
  #ends(): boolean {
    if (this.#bytes[this.#at] !== END) return false;
    this.#at += 1;
    return true;
  }

  #readKey(): string {
    const bytes = this.#readBytes();
    if (bytes.length > MAX_KEY_BYTES) throw malformed();
    return String.fromCharCode(...bytes);
  }

  #readInteger(): number | bigint {
    const negative = this.#bytes[this.#at + 1] === MINUS;
    this.#at += negative ? 2 : 1;
    const digits = this.#readDigits(END, MAX_INTEGER_DIGITS);
    const value = BigInt(digits) * (negative ? -1n : 1n);
    if ((negative && value === 0n) || value < MIN_INTEGER || value > MAX_INTEGER) throw malformed();
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #readBytes(): Bytes {
    const length = Number(this.#readDigits(COLON, MAX_LENGTH_DIGITS));
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new BytesError('truncated', 'a bencoded part ends early');
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Decimal digits without a leading zero, up to what ends them and over it. */
  #readDigits(end: number, most: number): string {
    let text = '';
    for (; this.#bytes[this.#at] !== end; this.#at++) {
      const digit = (this.#bytes[this.#at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9 || text === '0' || text.length === most) throw malformed();
      text += digit;
    }
    if (text === '') throw malformed();
    this.#at += 1;
    return text;
  }
}

/** Names of members, and message hashes in some answers, are short. */
const MAX_KEY_BYTES = 128;

function malformed(): BytesError {
  return new BytesError('bad-encoding', 'not a bencoded value');
}
