import { asBytes, type Bytes, concatBytes } from './bytes.ts';
import { BytesError } from './errors.ts';
import { utf8 } from './text.ts';

/**
 * Bencoded lists of byte strings, `l<length>:<bytes>…e`, as servers take them in onion requests (onion
 * requests to servers: reference session-protocol §2.5).
 *
 * Own code because the usual library is no door for strangers: a negative length sends its decoder
 * back into what it has read, for ever; depth is the caller's stack; it copies what it reads twice.
 */

const LIST = 0x6c;
const END = 0x65;
const COLON = 0x3a;

/** Nothing that is received is longer than 10 MiB, a number of eight digits. */
const MAX_DIGITS = 8;

/** Byte strings as one bencoded list. */
export function encodeBencodedList(parts: readonly Uint8Array[]): Bytes {
  const pieces: Uint8Array[] = [Uint8Array.of(LIST)];
  for (const part of parts) pieces.push(utf8(`${part.length}:`), part);
  pieces.push(Uint8Array.of(END));
  return concatBytes(...pieces);
}

/**
 * The byte strings of a bencoded list that fills `bytes` exactly, as views of it. Throws BytesError:
 * `bad-encoding` for anything else, and for more than `most` parts; `truncated` for a part that ends early.
 */
export function decodeBencodedList(bytes: Uint8Array, most: number): Bytes[] {
  const own = asBytes(bytes);
  if (own[0] !== LIST) throw notAList();
  const parts: Bytes[] = [];
  let at = 1;
  while (own[at] !== END) {
    if (parts.length === most) throw notAList();
    const { length, start } = readLength(own, at);
    if (length > own.length - start) throw new BytesError('truncated', 'a bencoded part ends early');
    at = start + length;
    parts.push(own.subarray(start, at));
  }
  if (at !== own.length - 1) throw notAList();
  return parts;
}

/** Decimal digits without a leading zero, up to the colon. */
function readLength(bytes: Bytes, from: number): { readonly length: number; readonly start: number } {
  let length = 0;
  let at = from;
  for (; bytes[at] !== COLON; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    const leadingZero = at > from && length === 0;
    if (digit < 0 || digit > 9 || leadingZero || at - from === MAX_DIGITS) throw notAList();
    length = length * 10 + digit;
  }
  if (at === from) throw notAList();
  return { length, start: at + 1 };
}

function notAList(): BytesError {
  return new BytesError('bad-encoding', 'not a bencoded list of byte strings');
}
