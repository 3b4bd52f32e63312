import {
  MAX_ONE_TIME_KEYS,
  type MaintainRequest,
  type MaintainResult,
  ONE_TIME_KEYS,
  ONE_TIME_KEYS_LOW,
  PRE_KEY_RETENTION,
  PRE_KEY_ROTATION,
  type RatchetReader,
} from '@sotto/ratchet';
import { firstMessageKyberId } from './first-message.ts';
import { chooseKeyIds } from './key-ids.ts';
import type { LocalKeys } from './local-keys.ts';
import { makeKyberPreKey, makePreKey, makeSignedPreKey } from './make-keys.ts';
import { Overlay } from './overlay.ts';
import { type KeyTable, listKeys, nextGeneration, outlived, type StoredKey } from './stored-keys.ts';

/** Prekey housekeeping; see the port. Nothing is published before its changes are committed. */
export async function maintain(
  local: LocalKeys,
  reader: RatchetReader,
  { now: time, remaining, force = false }: MaintainRequest,
): Promise<MaintainResult> {
  const now = Math.floor(time);
  const overlay = new Overlay(reader);
  const signed = await listKeys(reader, 'signed-pre-key');
  const kyber = await listKeys(reader, 'kyber-pre-key');
  const lastResort = kyber.filter(({ use }) => use === 'lasting');
  const oneTimeKyber = kyber.filter(({ use }) => use === 'one-time');
  const oneTimeEc = await listKeys(reader, 'pre-key');

  removeOutlived(overlay, 'signed-pre-key', signed, now);
  removeOutlived(overlay, 'pre-key', oneTimeEc, now);
  removeOutlived(overlay, 'kyber-pre-key', oneTimeKyber, now);
  const forgotten = removeOutlived(overlay, 'kyber-pre-key', lastResort, now);
  await forgetFirstMessages(overlay, reader, forgotten);

  const rotate = force || isRotationDue(signed, now) || isRotationDue(lastResort, now);
  const preKeyCount = remaining === undefined ? 0 : howMany(oneTimeEc, remaining.preKeys, now);
  const kyberCount = remaining === undefined ? 0 : howMany(oneTimeKyber, remaining.kyberPreKeys, now);
  const kyberIds = chooseKeyIds(kyberCount + 1, idsOf(kyber));
  const lastResortId = kyberIds.pop() as number;
  const [signedId] = chooseKeyIds(1, idsOf(signed)) as [number];
  const published = {
    ...(rotate
      ? {
          signedPreKey: makeSignedPreKey(overlay, local, {
            id: signedId,
            now,
            generation: nextGeneration(signed),
          }),
          lastResortKyberPreKey: makeKyberPreKey(overlay, local, {
            id: lastResortId,
            now,
            generation: nextGeneration(lastResort),
            use: 'lasting',
          }),
        }
      : {}),
    preKeys: chooseKeyIds(preKeyCount, idsOf(oneTimeEc)).map((id) =>
      makePreKey(overlay, { id, now, generation: nextGeneration(oneTimeEc) }),
    ),
    kyberPreKeys: kyberIds.map((id) =>
      makeKyberPreKey(overlay, local, { id, now, generation: nextGeneration(oneTimeKyber), use: 'one-time' }),
    ),
  };
  return { published, changes: overlay.changes() };
}

/** Due when there is none, or when the newest is two days from now, on either side: clocks are put right. */
function isRotationDue(keys: readonly StoredKey[], now: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || Math.abs(now - newest.createdAt) >= PRE_KEY_ROTATION;
}

/**
 * How many one-time keys to make. An upload replaces the relay's list, so a batch is superseded by the
 * next; one that has lain there for a whole retention is replaced too, so that private halves do not wait
 * for years. At the limit fewer are made, and senders get the last-resort key.
 */
function howMany(stored: readonly StoredKey[], remaining: number, now: number): number {
  const newest = stored.at(-1);
  const old = newest !== undefined && Math.abs(now - newest.createdAt) > PRE_KEY_RETENTION;
  const wanted = old || remaining < ONE_TIME_KEYS_LOW ? ONE_TIME_KEYS : 0;
  const kept = stored.length - outlived(stored, now).length;
  return Math.max(0, Math.min(wanted, MAX_ONE_TIME_KEYS - kept));
}

function removeOutlived(
  overlay: Overlay,
  table: KeyTable,
  keys: readonly StoredKey[],
  now: number,
): StoredKey[] {
  const gone = outlived(keys, now);
  for (const { id } of gone) overlay.delete(table, String(id));
  return gone;
}

/** The memory of handshakes goes with the last-resort key that could repeat them. */
async function forgetFirstMessages(
  overlay: Overlay,
  reader: RatchetReader,
  gone: readonly StoredKey[],
): Promise<void> {
  if (gone.length === 0) return;
  const ids = idsOf(gone);
  for (const key of await reader.keys('first-message')) {
    const value = await reader.get('first-message', key);
    if (value !== undefined && ids.has(firstMessageKyberId(value))) overlay.delete('first-message', key);
  }
}

function idsOf(keys: readonly StoredKey[]): Set<number> {
  return new Set(keys.map(({ id }) => id));
}
