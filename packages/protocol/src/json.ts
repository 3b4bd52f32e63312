import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { ProtocolError } from './errors.ts';
import { MAX_FRAME_BYTES } from './relay/constants.ts';

/** No body of our protocols nests deeper than six levels; more is an attack on a parser. */
const MAX_DEPTH = 16;

/**
 * Parse a JSON body within bounds: `most` bytes, by default what the relay's protocol allows.
 * Throws ProtocolError `too-large` or `bad-json`.
 */
export function parseJson(bytes: Uint8Array, most: number = MAX_FRAME_BYTES): unknown {
  if (bytes.length > most) throw new ProtocolError('too-large', `a JSON body has at most ${most} bytes`);
  checkDepth(bytes);
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

/** Count brackets outside strings before any parser sees them. */
function checkDepth(bytes: Uint8Array): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (inString) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) throw new ProtocolError('bad-json', 'the body is nested too deeply');
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
}
