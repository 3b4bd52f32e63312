import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { RatchetError } from '@sotto/ratchet';

/**
 * A private prekey as it is stored: one byte of format, one of use, eight of creation time (milliseconds),
 * four of generation, both big-endian, one that is 1 when uploaded, then libsignal's record. libsignal's
 * one-time EC record has no time of its own, and its Kyber record does not say whether it is the last resort.
 */
export interface KeyRow {
  readonly use: KeyUse;
  /** By a clock that may have been wrong; it says how old a key is, never which of two is newer. */
  readonly createdAt: number;
  /** One more than the newest of the same kind had when this key was made. From 1. */
  readonly generation: number;
  /** The relay is known to have it, or to have had it. Said of one-time keys only. */
  readonly uploaded: boolean;
  readonly record: Bytes;
}

/** One-time keys go when used; lasting ones (signed EC, last-resort Kyber) when long superseded. */
export type KeyUse = 'one-time' | 'lasting';

const FORMAT = 1;
const USES: readonly KeyUse[] = ['one-time', 'lasting'];
const HEADER = 15;

export function encodeKeyRow(row: KeyRow): Bytes {
  const header = new Uint8Array(HEADER);
  header[0] = FORMAT;
  header[1] = USES.indexOf(row.use);
  const view = new DataView(header.buffer);
  view.setBigUint64(2, BigInt(row.createdAt));
  view.setUint32(10, row.generation);
  header[14] = row.uploaded ? 1 : 0;
  return concatBytes(header, row.record);
}

/** Throws RatchetError `corrupt-state`. */
export function decodeKeyRow(bytes: Uint8Array): KeyRow {
  const use = USES[bytes[1] ?? USES.length];
  const uploaded = bytes[14];
  if (bytes.length <= HEADER || bytes[0] !== FORMAT || use === undefined || (uploaded ?? 2) > 1) {
    throw new RatchetError('corrupt-state', 'a stored prekey has an unknown form');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const createdAt = Number(view.getBigUint64(2));
  // More than a number holds would be another time when it is written again.
  if (!Number.isSafeInteger(createdAt))
    throw new RatchetError('corrupt-state', 'a stored prekey has no such time');
  const generation = view.getUint32(10);
  return { use, createdAt, generation, uploaded: uploaded === 1, record: asBytes(bytes.slice(HEADER)) };
}
