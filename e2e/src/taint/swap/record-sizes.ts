import type { Stream } from '../find/read-capture.ts';

/** TLS records that carry what programs say (RFC 8446 §5.1). */
const APPLICATION_DATA = 23;
const HEADER = 5;

/** The lengths of the records on one connection: all that somebody on the network sees of what is said. */
export function recordSizes({ bytes }: Stream): readonly number[] {
  const sizes: number[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at] === APPLICATION_DATA) sizes.push(length);
    at += HEADER + length;
  }
  return sizes;
}
