import { KyberPreKeyRecord, PreKeyRecord } from '@signalapp/libsignal-client';
import {
  MAX_ONE_TIME_KEYS,
  ONE_TIME_KEYS,
  ONE_TIME_KEYS_LOW,
  PRE_KEY_RETENTION,
  type PublicPreKey,
  type PublishedPreKeys,
  type RatchetChanges,
  type RatchetReader,
  type SignedPublicKey,
} from '@sotto/ratchet';
import { decodeRecord } from './decode-record.ts';
import { decodeKeyRow, encodeKeyRow } from './key-row.ts';
import { Overlay } from './overlay.ts';
import { type KeyTable, outlived, type StoredKey } from './stored-keys.ts';

/** What housekeeping does about the one-time keys of one kind. */
export type OneTimeStep =
  | { readonly step: 'rest' }
  | { readonly step: 'make'; readonly count: number }
  /** They were made before, and the relay does not seem to have them. */
  | { readonly step: 'repeat'; readonly keys: readonly StoredKey[] }
  /** Nobody has said so, but enough remain at the relay. */
  | { readonly step: 'confirm'; readonly keys: readonly StoredKey[] };

/**
 * Decide by what is stored, oldest first, and by how many remain at the relay.
 *
 * An upload replaces the relay's list, so a batch is superseded by the next; one that has lain there for a
 * whole retention is replaced too, so that private halves do not wait for years. At the limit fewer are
 * made, and senders get the last-resort key. A batch that nobody has confirmed is repeated rather than
 * followed by another, or a relay that refuses uploads would use the limit up.
 */
export function nextStep(stored: readonly StoredKey[], remaining: number, now: number): OneTimeStep {
  const newest = stored.at(-1);
  const low = remaining < ONE_TIME_KEYS_LOW;
  const old = newest !== undefined && isOld(newest, now);
  if (newest !== undefined && !newest.uploaded && !old) {
    const keys = stored.filter(({ generation }) => generation === newest.generation);
    const before = stored.at(-1 - keys.length);
    // What remains at the relay may then be the old batch, however much it is.
    const replaces = before !== undefined && isOld(before, newest.createdAt);
    if (!low && !replaces) return { step: 'confirm', keys };
    // One that is nearly used up was there.
    if (keys.length >= ONE_TIME_KEYS_LOW) return { step: 'repeat', keys };
  }
  if (!old && !low) return { step: 'rest' };
  const kept = stored.length - outlived(stored, now).length;
  return { step: 'make', count: Math.max(0, Math.min(ONE_TIME_KEYS, MAX_ONE_TIME_KEYS - kept)) };
}

/** By a clock that may have been wrong in either direction. */
function isOld(key: StoredKey, now: number): boolean {
  return Math.abs(now - key.createdAt) > PRE_KEY_RETENTION;
}

export function publicPreKey({ id, record }: StoredKey): PublicPreKey {
  return { id, publicKey: decodeRecord(record, PreKeyRecord.deserialize).publicKey().serialize() };
}

export function publicKyberPreKey({ id, record }: StoredKey): SignedPublicKey {
  const key = decodeRecord(record, KyberPreKeyRecord.deserialize);
  return { id, publicKey: key.publicKey().serialize(), signature: key.signature() };
}

export function markUploaded(overlay: Overlay, table: KeyTable, keys: readonly StoredKey[]): void {
  for (const { id, ...row } of keys) {
    overlay.put(table, String(id), encodeKeyRow({ ...row, uploaded: true }));
  }
}

/** The relay has these keys; see the port. What has been used meanwhile stays deleted. */
export async function confirmPublished(
  reader: RatchetReader,
  { preKeys, kyberPreKeys }: PublishedPreKeys,
): Promise<RatchetChanges> {
  const overlay = new Overlay(reader);
  const batches = [
    ['pre-key', preKeys],
    ['kyber-pre-key', kyberPreKeys],
  ] as const;
  for (const [table, keys] of batches) {
    for (const { id } of keys) {
      const row = await reader.get(table, String(id));
      if (row !== undefined) markUploaded(overlay, table, [{ id, ...decodeKeyRow(row) }]);
    }
  }
  return overlay.changes();
}
