import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { ProtocolError } from './errors.ts';
import { MAX_FRAME_BYTES } from './relay/constants.ts';

/** No body of our protocols nests deeper than six levels; more is an attack on a parser. */
const MAX_DEPTH = 16;

/**
 * Values of one body: more than the longest honest reply has, 10 MiB of messages. Without a bound, as many
 * bytes of `{},` would be millions of objects: hundreds of megabytes and seconds.
 */
const MAX_VALUES = 500_000;

/** Values of a body that stands beside bytes: the JSON of an onion layer, the head of a server's message. */
export const MAX_HEAD_VALUES = 256;

/**
 * Parse a JSON body within bounds: `most` bytes, by default what the relay's protocol allows, and `values`
 * lists, objects and members of them. Throws ProtocolError `too-large` or `bad-json`.
 */
export function parseJson(bytes: Uint8Array, most: number = MAX_FRAME_BYTES, values = MAX_VALUES): unknown {
  if (bytes.length > most) throw new ProtocolError('too-large', `a JSON body has at most ${most} bytes`);
  checkShape(bytes, values);
  try {
    return JSON.parse(fromUtf8(bytes)) as unknown;
  } catch {
    throw new ProtocolError('bad-json', 'the body is not JSON');
  }
}

/** Serialize a JSON body. */
export function formatJson(value: unknown): Bytes {
  return utf8(JSON.stringify(value));
}

/** Count brackets and commas outside strings before any parser sees them. */
function checkShape(bytes: Uint8Array, values: number): void {
  let [depth, seen] = [0, 0];
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte === QUOTE) index = endOfString(bytes, index + 1);
    else if (byte === 0x2c) seen++;
    else if (byte === 0x7b || byte === 0x5b) {
      seen++;
      if (++depth > MAX_DEPTH) throw new ProtocolError('bad-json', 'the body is nested too deeply');
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    if (seen > values) throw new ProtocolError('bad-json', 'the body has too many values');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the string that begins here has its closing quote: from quote to quote, as most strings are long. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0) return bytes.length;
    let escapes = 0;
    while (at - escapes > start && bytes[at - escapes - 1] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
}
