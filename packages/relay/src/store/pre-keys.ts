import type { Bytes } from '@sotto/bytes';
import { type Row, row, run, type Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { PreKeyCount, SetKeys, WirePreKey, WireSignedPreKey } from '@sotto/protocol';
import { bytesOf } from './columns.ts';

/** Prekeys of devices, as steps of the store's reads and writes. */

type KeyKind = 'ec' | 'kyber';

/** Prekeys of an account under its ACI, or under its phone-number identity. */
export type KeyIdentity = 'aci' | 'pni';

/** Whose keys. */
export interface KeyOwner {
  readonly aci: Aci;
  readonly device: number;
  readonly identity: KeyIdentity;
}

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
export function* setPreKeys(owner: KeyOwner, keys: SetKeys): Work<void> {
  const { signedPreKey, pqLastResortPreKey, preKeys, pqPreKeys } = keys;
  if (signedPreKey !== undefined) yield* setLasting(owner, 'ec', signedPreKey);
  if (pqLastResortPreKey !== undefined) yield* setLasting(owner, 'kyber', pqLastResortPreKey);
  yield* setOneTime(owner, 'ec', preKeys);
  yield* setOneTime(owner, 'kyber', pqPreKeys);
}

/** How many one-time keys are left. */
export function* countPreKeys({ aci, device, identity }: KeyOwner): Work<PreKeyCount> {
  const counted = yield* row(
    `SELECT COALESCE(SUM(CASE WHEN kind = 'ec' THEN 1 ELSE 0 END), 0) AS ec,
       COALESCE(SUM(CASE WHEN kind = 'kyber' THEN 1 ELSE 0 END), 0) AS kyber
     FROM one_time_key WHERE aci = ? AND device = ? AND identity = ?`,
    [aci, device, identity],
  );
  return { count: Number(counted?.['ec'] ?? 0), pqCount: Number(counted?.['kyber'] ?? 0) };
}

export function* readLastingKeys({ aci, device, identity }: KeyOwner): Work<LastingKeys> {
  const ec = yield* row(LASTING, [aci, device, identity, 'ec']);
  const kyber = yield* row(LASTING, [aci, device, identity, 'kyber']);
  return { ...(ec && { ec: toSigned(ec) }), ...(kyber && { kyber: toSigned(kyber) }) };
}

/** One of each kind, consumed; the last-resort Kyber key when the others are out. */
export function* takePreKeys(owner: KeyOwner): Work<TakenKeys | undefined> {
  const { ec, kyber } = yield* readLastingKeys(owner);
  if (ec === undefined || kyber === undefined) return undefined;
  const of = [owner.aci, owner.device, owner.identity] as const;
  const preKey = yield* row(TAKE_ONE_TIME, [...of, 'ec']);
  const pqPreKey = yield* row(TAKE_ONE_TIME, [...of, 'kyber']);
  return {
    signedPreKey: ec,
    ...(preKey && { preKey: toPreKey(preKey) }),
    pqPreKey: pqPreKey === undefined ? kyber : toSigned(pqPreKey),
  };
}

/** Of so many rows, so that few texts have to be prepared: a client brings a hundred keys of a kind. */
const ROWS_AT_ONCE = [100, 10, 1] as const;

const putOneTime = (keys: number): string =>
  `INSERT INTO one_time_key (aci, device, identity, kind, key_id, public_key, signature)
   VALUES ${Array(keys).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ')}
   ON CONFLICT (aci, device, identity, kind, key_id) DO UPDATE SET public_key = excluded.public_key,
     signature = excluded.signature`;

const LASTING =
  'SELECT key_id, public_key, signature FROM lasting_key WHERE aci = ? AND device = ? AND identity = ? AND kind = ?';

const DROP_ONE_TIME = 'DELETE FROM one_time_key WHERE aci = ? AND device = ? AND identity = ? AND kind = ?';

const TAKE_ONE_TIME = `DELETE FROM one_time_key WHERE (aci, device, identity, kind, key_id) = (
    SELECT aci, device, identity, kind, key_id FROM one_time_key
    WHERE aci = ? AND device = ? AND identity = ? AND kind = ? ORDER BY key_id LIMIT 1)
  RETURNING key_id, public_key, signature`;

/** What a repeated number stands for, the last says. */
function* setOneTime(
  { aci, device, identity }: KeyOwner,
  kind: KeyKind,
  keys: readonly (WirePreKey & Partial<WireSignedPreKey>)[],
): Work<void> {
  if (keys.length === 0) return;
  const of = [aci, device, identity, kind] as const;
  yield* run(DROP_ONE_TIME, of);
  const left = [...new Map(keys.map((key) => [key.keyId, key])).values()];
  for (const most of ROWS_AT_ONCE) {
    while (left.length >= most) {
      const some = left.splice(0, most);
      yield* run(
        putOneTime(most),
        some.flatMap(({ keyId, publicKey, signature = null }) => [...of, keyId, publicKey, signature]),
      );
    }
  }
}

function* setLasting(
  { aci, device, identity }: KeyOwner,
  kind: KeyKind,
  { keyId, publicKey, signature }: WireSignedPreKey,
): Work<void> {
  yield* run(
    `INSERT INTO lasting_key (aci, device, identity, kind, key_id, public_key, signature)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (aci, device, identity, kind) DO UPDATE SET key_id = excluded.key_id,
       public_key = excluded.public_key, signature = excluded.signature`,
    [aci, device, identity, kind, keyId, publicKey, signature],
  );
}

function toPreKey(found: Row): { readonly keyId: number; readonly publicKey: Bytes } {
  return { keyId: Number(found['key_id']), publicKey: bytesOf(found['public_key']) };
}

function toSigned(found: Row): WireSignedPreKey {
  return { ...toPreKey(found), signature: bytesOf(found['signature']) };
}
