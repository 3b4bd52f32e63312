import type { Bytes } from '@sotto/bytes';
import { type Row, row, run, type Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { PreKeyCount, SetKeys, WirePreKey, WireSignedPreKey } from '@sotto/protocol';
import { bytesOf } from './columns.ts';

/** Prekeys of devices, as steps of the store's reads and writes. */

type KeyKind = 'ec' | 'kyber';

/** What a fetch takes from one device. */
export interface TakenKeys {
  readonly signedPreKey: WireSignedPreKey;
  readonly preKey?: WirePreKey;
  readonly pqPreKey: WireSignedPreKey;
}

/** The keys of a device that are not used up. */
export interface LastingKeys {
  readonly ec?: WireSignedPreKey;
  readonly kyber?: WireSignedPreKey;
}

/** Non-empty lists replace the whole stored list, singles replace (signal-service §3). */
export function* setPreKeys(aci: Aci, device: number, keys: SetKeys): Work<void> {
  const { signedPreKey, pqLastResortPreKey, preKeys, pqPreKeys } = keys;
  if (signedPreKey !== undefined) yield* setLasting(aci, device, 'ec', signedPreKey);
  if (pqLastResortPreKey !== undefined) yield* setLasting(aci, device, 'kyber', pqLastResortPreKey);
  if (preKeys.length > 0) yield* dropOneTime(aci, device, 'ec');
  for (const { keyId, publicKey } of preKeys) {
    yield* run(PUT_ONE_TIME, [aci, device, 'ec', keyId, publicKey, null]);
  }
  if (pqPreKeys.length > 0) yield* dropOneTime(aci, device, 'kyber');
  for (const { keyId, publicKey, signature } of pqPreKeys) {
    yield* run(PUT_ONE_TIME, [aci, device, 'kyber', keyId, publicKey, signature]);
  }
}

/** How many one-time keys are left. */
export function* countPreKeys(aci: Aci, device: number): Work<PreKeyCount> {
  const counted = yield* row(
    `SELECT COALESCE(SUM(CASE WHEN kind = 'ec' THEN 1 ELSE 0 END), 0) AS ec,
       COALESCE(SUM(CASE WHEN kind = 'kyber' THEN 1 ELSE 0 END), 0) AS kyber
     FROM one_time_key WHERE aci = ? AND device = ?`,
    [aci, device],
  );
  return { count: Number(counted?.['ec'] ?? 0), pqCount: Number(counted?.['kyber'] ?? 0) };
}

export function* readLastingKeys(aci: Aci, device: number): Work<LastingKeys> {
  const ec = yield* row(LASTING, [aci, device, 'ec']);
  const kyber = yield* row(LASTING, [aci, device, 'kyber']);
  return { ...(ec && { ec: toSigned(ec) }), ...(kyber && { kyber: toSigned(kyber) }) };
}

/** One of each kind, consumed; the last-resort Kyber key when the others are out. */
export function* takePreKeys(aci: Aci, device: number): Work<TakenKeys | undefined> {
  const { ec, kyber } = yield* readLastingKeys(aci, device);
  if (ec === undefined || kyber === undefined) return undefined;
  const preKey = yield* row(TAKE_ONE_TIME, [aci, device, 'ec']);
  const pqPreKey = yield* row(TAKE_ONE_TIME, [aci, device, 'kyber']);
  return {
    signedPreKey: ec,
    ...(preKey && { preKey: toPreKey(preKey) }),
    pqPreKey: pqPreKey === undefined ? kyber : toSigned(pqPreKey),
  };
}

const PUT_ONE_TIME = `INSERT INTO one_time_key (aci, device, kind, key_id, public_key, signature) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (aci, device, kind, key_id) DO UPDATE SET public_key = excluded.public_key, signature = excluded.signature`;

const LASTING =
  'SELECT key_id, public_key, signature FROM lasting_key WHERE aci = ? AND device = ? AND kind = ?';

const TAKE_ONE_TIME = `DELETE FROM one_time_key WHERE (aci, device, kind, key_id) =
  (SELECT aci, device, kind, key_id FROM one_time_key WHERE aci = ? AND device = ? AND kind = ? ORDER BY key_id LIMIT 1)
  RETURNING key_id, public_key, signature`;

function* setLasting(
  aci: Aci,
  device: number,
  kind: KeyKind,
  { keyId, publicKey, signature }: WireSignedPreKey,
): Work<void> {
  yield* run(
    `INSERT INTO lasting_key (aci, device, kind, key_id, public_key, signature) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (aci, device, kind) DO UPDATE SET key_id = excluded.key_id, public_key = excluded.public_key,
       signature = excluded.signature`,
    [aci, device, kind, keyId, publicKey, signature],
  );
}

function* dropOneTime(aci: Aci, device: number, kind: KeyKind): Work<void> {
  yield* run('DELETE FROM one_time_key WHERE aci = ? AND device = ? AND kind = ?', [aci, device, kind]);
}

function toPreKey(found: Row): { readonly keyId: number; readonly publicKey: Bytes } {
  return { keyId: Number(found['key_id']), publicKey: bytesOf(found['public_key']) };
}

function toSigned(found: Row): WireSignedPreKey {
  return { ...toPreKey(found), signature: bytesOf(found['signature']) };
}
