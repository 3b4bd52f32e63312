import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { RatchetError } from '@sotto/ratchet';

/**
 * A private prekey as it is stored: one byte of format, one of use, eight of creation time (milliseconds,
 * big-endian), then libsignal's record. libsignal's one-time EC record has no time of its own, and its
 * Kyber record does not say whether it is the last resort.
 */
export interface KeyRow {
  readonly use: KeyUse;
  readonly createdAt: number;
  readonly record: Bytes;
}

/** One-time keys go when used; lasting ones (signed EC, last-resort Kyber) when long superseded. */
export type KeyUse = 'one-time' | 'lasting';

const FORMAT = 1;
const USES: readonly KeyUse[] = ['one-time', 'lasting'];
const HEADER = 10;

export function encodeKeyRow(row: KeyRow): Bytes {
  const header = new Uint8Array(HEADER);
  header[0] = FORMAT;
  header[1] = USES.indexOf(row.use);
  new DataView(header.buffer).setBigUint64(2, BigInt(row.createdAt));
  return concatBytes(header, row.record);
}

/** Throws RatchetError `corrupt-state`. */
export function decodeKeyRow(bytes: Uint8Array): KeyRow {
  const use = USES[bytes[1] ?? USES.length];
  if (bytes.length <= HEADER || bytes[0] !== FORMAT || use === undefined) {
    throw new RatchetError('corrupt-state', 'a stored prekey has an unknown form');
  }
  const createdAt = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(2));
  return { use, createdAt, record: asBytes(bytes.slice(HEADER)) };
}
