import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { PreKeyCount, SetKeys, WirePreKey, WireSignedPreKey } from '@sotto/protocol';

type KeyKind = 'ec' | 'kyber';

/** What a fetch takes from one device. */
export interface TakenKeys {
  readonly signedPreKey: WireSignedPreKey;
  readonly preKey?: WirePreKey;
  readonly pqPreKey: WireSignedPreKey;
}

/** Prekeys of devices. Methods that write must run inside the store's `write`. */
export class PreKeys {
  readonly #putLasting;
  readonly #lasting;
  readonly #putOneTime;
  readonly #dropOneTime;
  readonly #takeOneTime;
  readonly #count;

  constructor(database: Database) {
    this.#putLasting = database.prepare('INSERT OR REPLACE INTO lasting_key VALUES (?, ?, ?, ?, ?, ?)');
    this.#lasting = prepareReading(
      database,
      'SELECT * FROM lasting_key WHERE aci = ? AND device = ? AND kind = ?',
    );
    this.#putOneTime = database.prepare('INSERT OR REPLACE INTO one_time_key VALUES (?, ?, ?, ?, ?, ?)');
    this.#dropOneTime = database.prepare(
      'DELETE FROM one_time_key WHERE aci = ? AND device = ? AND kind = ?',
    );
    this.#takeOneTime = prepareReading(
      database,
      `DELETE FROM one_time_key WHERE (aci, device, kind, key_id) =
         (SELECT aci, device, kind, key_id FROM one_time_key WHERE aci = ? AND device = ? AND kind = ? ORDER BY key_id LIMIT 1)
       RETURNING key_id, public_key, signature`,
    );
    this.#count = database.prepare(
      'SELECT count(*) AS count FROM one_time_key WHERE aci = ? AND device = ? AND kind = ?',
    );
  }

  /** Non-empty lists replace the whole stored list, singles replace (signal-service §3). */
  set(aci: Aci, device: number, keys: SetKeys): void {
    if (keys.signedPreKey !== undefined) this.#setLasting(aci, device, 'ec', keys.signedPreKey);
    if (keys.pqLastResortPreKey !== undefined)
      this.#setLasting(aci, device, 'kyber', keys.pqLastResortPreKey);
    if (keys.preKeys.length > 0) this.#dropOneTime.run([aci, device, 'ec']);
    for (const key of keys.preKeys) this.#putOneTime.run([aci, device, 'ec', key.keyId, key.publicKey, null]);
    if (keys.pqPreKeys.length > 0) this.#dropOneTime.run([aci, device, 'kyber']);
    for (const { keyId, publicKey, signature } of keys.pqPreKeys) {
      this.#putOneTime.run([aci, device, 'kyber', keyId, publicKey, signature]);
    }
  }

  count(aci: Aci, device: number): PreKeyCount {
    const of = (kind: KeyKind): number => Number(this.#count.get([aci, device, kind])?.['count']);
    return { count: of('ec'), pqCount: of('kyber') };
  }

  lasting(aci: Aci, device: number): { readonly ec?: WireSignedPreKey; readonly kyber?: WireSignedPreKey } {
    const ec = this.#lasting.get([aci, device, 'ec']);
    const kyber = this.#lasting.get([aci, device, 'kyber']);
    return { ...(ec && { ec: toSigned(ec) }), ...(kyber && { kyber: toSigned(kyber) }) };
  }

  /** One of each kind, consumed; the last-resort Kyber key when the others are out. */
  take(aci: Aci, device: number): TakenKeys | undefined {
    const { ec, kyber } = this.lasting(aci, device);
    if (ec === undefined || kyber === undefined) return undefined;
    const preKey = this.#takeOneTime.get([aci, device, 'ec']);
    const pqPreKey = this.#takeOneTime.get([aci, device, 'kyber']);
    return {
      signedPreKey: ec,
      ...(preKey && { preKey: { keyId: Number(preKey['key_id']), publicKey: blob(preKey['public_key']) } }),
      pqPreKey: pqPreKey === undefined ? kyber : toSigned(pqPreKey),
    };
  }

  #setLasting(
    aci: Aci,
    device: number,
    kind: KeyKind,
    { keyId, publicKey, signature }: WireSignedPreKey,
  ): void {
    this.#putLasting.run([aci, device, kind, keyId, publicKey, signature]);
  }
}

function toSigned(row: Record<string, unknown>): WireSignedPreKey {
  return {
    keyId: Number(row['key_id']),
    publicKey: blob(row['public_key']),
    signature: blob(row['signature']),
  };
}

function blob(value: unknown): Bytes {
  return asBytes(value as Uint8Array);
}
