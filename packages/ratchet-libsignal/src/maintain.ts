import {
  type MaintainRequest,
  type MaintainResult,
  PRE_KEY_ROTATION,
  type RatchetReader,
} from '@sotto/ratchet';
import { firstMessageKyberId } from './first-message.ts';
import { chooseKeyIds } from './key-ids.ts';
import type { LocalKeys } from './local-keys.ts';
import { makeKyberPreKey, makePreKey, makeSignedPreKey } from './make-keys.ts';
import {
  markUploaded,
  nextStep,
  type OneTimeStep,
  publicKyberPreKey,
  publicPreKey,
} from './one-time-keys.ts';
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
  const ec = stepOf(oneTimeEc, remaining?.preKeys, now);
  const kem = stepOf(oneTimeKyber, remaining?.kyberPreKeys, now);
  if (ec.step === 'confirm') markUploaded(overlay, 'pre-key', ec.keys);
  if (kem.step === 'confirm') markUploaded(overlay, 'kyber-pre-key', kem.keys);

  const kyberIds = chooseKeyIds(countOf(kem) + 1, idsOf(kyber));
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
    preKeys:
      ec.step === 'repeat'
        ? ec.keys.map(publicPreKey)
        : chooseKeyIds(countOf(ec), idsOf(oneTimeEc)).map((id) =>
            makePreKey(overlay, { id, now, generation: nextGeneration(oneTimeEc) }),
          ),
    kyberPreKeys:
      kem.step === 'repeat'
        ? kem.keys.map(publicKyberPreKey)
        : kyberIds.map((id) =>
            makeKyberPreKey(overlay, local, {
              id,
              now,
              generation: nextGeneration(oneTimeKyber),
              use: 'one-time',
            }),
          ),
  };
  return { published, changes: overlay.changes() };
}

/** Without a count nothing is known about the relay, and nothing is done. */
function stepOf(stored: readonly StoredKey[], remaining: number | undefined, now: number): OneTimeStep {
  return remaining === undefined ? { step: 'rest' } : nextStep(stored, remaining, now);
}

function countOf(step: OneTimeStep): number {
  return step.step === 'make' ? step.count : 0;
}

/** Due when there is none, or when the newest is two days from now, on either side: clocks are put right. */
function isRotationDue(keys: readonly StoredKey[], now: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || Math.abs(now - newest.createdAt) >= PRE_KEY_ROTATION;
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
