import type { Bytes } from './bytes.ts';
import { BytesError } from './errors.ts';

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const HEX_DIGITS = encoder.encode(HEX);
const LETTERS = encoder.encode(BASE64);
const URL_LETTERS = encoder.encode(BASE64_URL);

/** Text as UTF-8. A lone surrogate becomes U+FFFD, as everywhere on the web platform. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** UTF-8 as text; throws `not-utf8` instead of guessing. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new BytesError('not-utf8', 'these bytes are not UTF-8 text');
  }
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(bytes.length * 2);
  let written = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    digits[written++] = HEX_DIGITS[byte >> 4] as number;
    digits[written++] = HEX_DIGITS[byte & 15] as number;
  }
  return decoder.decode(digits);
}

/** Bytes of a hexadecimal text of either case. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0) throw badHex();
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = HEX_VALUES[text.charCodeAt(index * 2)] ?? -1;
    const low = HEX_VALUES[text.charCodeAt(index * 2 + 1)] ?? -1;
    if (high < 0 || low < 0) throw badHex();
    bytes[index] = (high << 4) | low;
  }
  return bytes;
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  const text = encodeBase64(bytes, LETTERS);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** URL-safe base64 without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes, URL_LETTERS);
}

/** Standard base64; padding may be absent, as Signal's clients leave it off. */
export function fromBase64(text: string): Bytes {
  return decodeBase64(text, STANDARD_VALUES);
}

/** URL-safe base64; padding may be present. */
export function fromBase64Url(text: string): Bytes {
  return decodeBase64(text, URL_VALUES);
}

/** Letters are laid down as bytes and made a string at once, as above: many times faster than adding up a string. */
function encodeBase64(bytes: Uint8Array, alphabet: Uint8Array): string {
  const letters = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let written = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] as number) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    // What is written beyond the end of the text is dropped by the array.
    letters[written++] = alphabet[group >> 18] as number;
    letters[written++] = alphabet[(group >> 12) & 63] as number;
    letters[written++] = alphabet[(group >> 6) & 63] as number;
    letters[written++] = alphabet[group & 63] as number;
  }
  return decoder.decode(letters);
}

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let index = 0; index < alphabet.length; index++) values[alphabet.charCodeAt(index)] = index;
  return values;
}

const HEX_VALUES = valuesOf(HEX);
for (const [index, letter] of [...'ABCDEF'].entries()) HEX_VALUES[letter.charCodeAt(0)] = 10 + index;

const STANDARD_VALUES = valuesOf(BASE64);
const URL_VALUES = valuesOf(BASE64_URL);

/**
 * Strict in everything but padding: bits left over must be zero, so that one byte string
 * has one text and a text cannot be altered unnoticed.
 */
function decodeBase64(text: string, values: Int8Array): Bytes {
  let end = text.length;
  while (end > 0 && text.length - end < 2 && text[end - 1] === '=') end--;
  const padded = text.length - end;
  if (end % 4 === 1 || (padded > 0 && text.length % 4 !== 0)) throw badBase64();
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  // Bits of all values, so that one look at the end tells whether there was a wrong letter.
  let all = 0;
  let written = 0;
  const whole = end - (end % 4);
  for (let index = 0; index < whole; index += 4) {
    const a = values[text.charCodeAt(index) & 0xff] as number;
    const b = values[text.charCodeAt(index + 1) & 0xff] as number;
    const c = values[text.charCodeAt(index + 2) & 0xff] as number;
    const d = values[text.charCodeAt(index + 3) & 0xff] as number;
    all |= a | b | c | d;
    bytes[written++] = (a << 2) | (b >> 4);
    bytes[written++] = (b << 4) | (c >> 2);
    bytes[written++] = (c << 6) | d;
  }
  if (whole < end) {
    const [a = -1, b = -1, c = 0] = [...text.slice(whole, end)].map(
      (letter) => values[letter.charCodeAt(0)] ?? -1,
    );
    const leftOver = end - whole === 2 ? b & 0xf : c & 0x3;
    all |= a | b | c | (leftOver === 0 ? 0 : -1);
    bytes[written++] = (a << 2) | (b >> 4);
    if (end - whole === 3) bytes[written] = (b << 4) | (c >> 2);
  }
  // Letters beyond Latin-1 would pass for others here.
  if (all < 0 || NOT_LATIN.test(text)) throw badBase64();
  return bytes;
}

const NOT_LATIN = /[^\0-\xff]/;

function badHex(): BytesError {
  return new BytesError('bad-encoding', 'not hexadecimal');
}

function badBase64(): BytesError {
  return new BytesError('bad-encoding', 'not base64');
}
