import { type Bytes, toHex } from '@sotto/bytes';

/** A name for one version of one message or operation: two members that hold the same have the same name for it. */
export const SYNC_ID_BYTES = 16;

/** What a member holds is compared by parts, told apart by the first twelve bits of the IDs. */
export const SYNC_BUCKETS = 4096;

export function bucketOf(id: Uint8Array): number {
  return ((id[0] ?? 0) << 4) | ((id[1] ?? 0) >> 4);
}

/** As a key of maps. */
export function nameOf(id: Bytes): string {
  return toHex(id);
}

/** The IDs in one byte string; `undefined` when it is not made of whole ones. */
export function splitIds(joined: Bytes): Bytes[] | undefined {
  if (joined.length % SYNC_ID_BYTES !== 0) return undefined;
  const ids: Bytes[] = [];
  for (let at = 0; at < joined.length; at += SYNC_ID_BYTES) ids.push(joined.subarray(at, at + SYNC_ID_BYTES));
  return ids;
}

export function compareIds(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right);
}
