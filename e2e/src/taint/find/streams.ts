import { constants, inflateRawSync } from 'node:zlib';

/** More than any stream of ours would come to; a longer one is cut off there. */
const MAX_INFLATED = 1 << 24;
const MAX_DEFLATED = 1 << 20;
const SHORTEST = 12;
const PROBE = 2048;
const STORED = 0;
const RESERVED = 3;
/** The second byte of a zlib stream with the usual window and no dictionary. */
const LEVELS: ReadonlySet<number | undefined> = new Set([0x01, 0x5e, 0x9c, 0xda]);

/**
 * What the deflated streams in some bytes hold: those with a header of zlib or gzip (RFC 1950, RFC 1952) wherever
 * they begin, and a bare one (RFC 1951), which nothing shows, at the beginning of a file, a cell or a connection.
 */
export function streamsIn(bytes: Buffer): readonly Buffer[] {
  const streams: Buffer[] = [];
  for (let at = 0; at < bytes.length - SHORTEST; at++) {
    const header = headerLength(bytes, at);
    if (header === 0 && at > 0) continue;
    const start = at + header;
    if (!mayBegin(bytes, start)) continue;
    // Most of what looks like a stream is none, as its first bytes show.
    const first = inflate(bytes.subarray(start, start + PROBE));
    if (first === undefined || first.length < SHORTEST) continue;
    streams.push(inflate(bytes.subarray(start, start + MAX_DEFLATED)) ?? first);
  }
  return streams;
}

/** Whether a block of a bare stream may begin here (RFC 1951 §3.2.3, §3.2.4). */
function mayBegin(bytes: Buffer, at: number): boolean {
  const kind = ((bytes[at] ?? 0xff) >> 1) & 3;
  if (kind !== STORED) return kind !== RESERVED;
  return at + 5 <= bytes.length && (bytes.readUInt16LE(at + 1) ^ bytes.readUInt16LE(at + 3)) === 0xffff;
}

function inflate(bytes: Buffer): Buffer | undefined {
  // A stream that was cut off still gives what it holds, and what follows one does not matter.
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_INFLATED };
  try {
    return inflateRawSync(bytes, options);
  } catch (error) {
    // Bytes that only looked like a stream.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function headerLength(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === 0x78) return LEVELS.has(bytes[at + 1]) ? 2 : 0;
  if (first !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) return 0;
  const namesFile = bytes[at + 3] === 8;
  return namesFile ? bytes.indexOf(0, at + 10) + 1 - at : 10;
}
