import { asBytes, type Bytes, toHex } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import type { AccountAttributes } from '@sotto/protocol';
import type { SaltedHash } from './salted-hash.ts';

export interface StoredDevice {
  readonly id: number;
  readonly registrationId: number;
  readonly password: SaltedHash;
  readonly name?: Bytes;
  readonly capabilities: Readonly<Record<string, boolean>>;
  readonly lastSeenDay: number;
}

export interface StoredAccount {
  readonly aci: Aci;
  /** 33 bytes. */
  readonly identityKey: Bytes;
  /** 16 bytes; absent only with unrestricted access. */
  readonly accessKey?: Bytes;
  readonly unrestrictedAccess: boolean;
  readonly recovery: SaltedHash;
  readonly authCredentialSalt: Bytes;
  readonly devices: readonly StoredDevice[];
}

export interface NewDevice {
  readonly id: number;
  readonly password: SaltedHash;
  readonly attributes: AccountAttributes;
  readonly day: number;
}

/** So many accounts stay in memory as they were last read: some kilobyte each. */
const MAX_KNOWN = 10_000;

/**
 * Accounts and their devices. Methods that write must run inside the store's `write`, which calls `settled`
 * after each transaction, committed or not: what was written in it is not remembered before.
 */
export class Accounts {
  readonly #database: Database;
  readonly #known = new Map<string, StoredAccount>();
  readonly #unsettled = new Set<string>();
  readonly #byAci;
  readonly #devicesOf;
  readonly #seen;
  readonly #login;

  constructor(database: Database) {
    this.#database = database;
    this.#byAci = prepareReading(database, 'SELECT * FROM account WHERE aci = ?');
    this.#devicesOf = prepareReading(database, 'SELECT * FROM device WHERE aci = ? ORDER BY device');
    this.#login = prepareReading(database, 'SELECT password_salt FROM device WHERE aci = ? AND device = ?');
    this.#seen = database.prepare('UPDATE device SET last_seen_day = ? WHERE aci = ? AND device = ?');
  }

  /** Whether there is no account at all. */
  none(): boolean {
    return this.#database.prepare('SELECT 1 FROM account LIMIT 1').get([]) === undefined;
  }

  /** As it is committed; inside a transaction as it would be. */
  find(aci: Bytes): StoredAccount | undefined {
    const key = toHex(aci);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = this.#read(aci);
    if (read !== undefined && !this.#unsettled.has(key)) this.#remember(key, read);
    return read;
  }

  settled(): void {
    this.#unsettled.clear();
  }

  #remember(key: string, account: StoredAccount): void {
    const oldest = this.#known.size < MAX_KNOWN ? undefined : this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, account);
  }

  /** Whatever is written of an account is read anew. */
  #forget(aci: Bytes): void {
    const key = toHex(aci);
    this.#known.delete(key);
    this.#unsettled.add(key);
  }

  #read(aci: Bytes): StoredAccount | undefined {
    const row = this.#byAci.get([aci]);
    if (row === undefined) return undefined;
    const accessKey = row['access_key'];
    return {
      aci: aciFromBytes(blob(row['aci'])),
      identityKey: blob(row['identity_key']),
      ...(accessKey === null ? {} : { accessKey: blob(accessKey) }),
      unrestrictedAccess: row['unrestricted_access'] === 1,
      recovery: { hash: String(row['recovery_hash']), salt: String(row['recovery_salt']) },
      authCredentialSalt: blob(row['auth_credential_salt']),
      devices: this.#devicesOf.all([aci]).map(toDevice),
    };
  }

  /**
   * Whether a device that has logged in is still the one that is registered. For writes, inside of them:
   * an account may be recovered or deleted while a call of its former device is under way.
   */
  holds({
    aci,
    device,
    login,
  }: {
    readonly aci: Aci;
    readonly device: number;
    readonly login: string;
  }): boolean {
    return this.#login.get([aci, device])?.['password_salt'] === login;
  }

  /** Insert an account, or give an existing one new keys; either way without devices. */
  put(account: Omit<StoredAccount, 'devices'>, day: number): void {
    const { aci, identityKey, accessKey, unrestrictedAccess, recovery, authCredentialSalt } = account;
    this.#forget(aci);
    this.#database.prepare('DELETE FROM device WHERE aci = ?').run([aci]);
    this.#database
      .prepare(
        `INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (aci) DO UPDATE SET identity_key = excluded.identity_key, access_key = excluded.access_key,
           unrestricted_access = excluded.unrestricted_access, recovery_hash = excluded.recovery_hash,
           recovery_salt = excluded.recovery_salt, auth_credential_salt = excluded.auth_credential_salt`,
      )
      .run([
        aci,
        identityKey,
        accessKey ?? null,
        Number(unrestrictedAccess),
        recovery.hash,
        recovery.salt,
        authCredentialSalt,
        day,
      ]);
  }

  addDevice(aci: Aci, { id, password, attributes, day }: NewDevice): void {
    this.#forget(aci);
    this.#database
      .prepare('INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run([
        aci,
        id,
        attributes.registrationId,
        password.hash,
        password.salt,
        nameOf(attributes),
        JSON.stringify(attributes.capabilities),
        day,
        day,
      ]);
  }

  /** `PUT /v1/accounts/attributes/`: registration IDs do not change this way. */
  setAttributes(request: {
    readonly aci: Aci;
    readonly device: number;
    readonly attributes: AccountAttributes;
    readonly recovery?: SaltedHash;
  }): void {
    const { aci, device, attributes, recovery } = request;
    this.#forget(aci);
    this.#database
      .prepare('UPDATE account SET access_key = ?, unrestricted_access = ? WHERE aci = ?')
      .run([accessKeyOf(attributes) ?? null, Number(attributes.unrestrictedUnidentifiedAccess), aci]);
    this.#database
      .prepare('UPDATE device SET name = ?, capabilities = ? WHERE aci = ? AND device = ?')
      .run([nameOf(attributes), JSON.stringify(attributes.capabilities), aci, device]);
    if (recovery === undefined) return;
    this.#database
      .prepare('UPDATE account SET recovery_hash = ?, recovery_salt = ? WHERE aci = ?')
      .run([recovery.hash, recovery.salt, aci]);
  }

  seen(aci: Aci, device: number, day: number): void {
    this.#forget(aci);
    this.#seen.run([day, aci, device]);
  }

  /** Everything of the account in this file goes with it. */
  remove(aci: Aci): void {
    this.#forget(aci);
    this.#database.prepare('DELETE FROM account WHERE aci = ?').run([aci]);
  }
}

/** An empty key counts as none (signal-service §2.3). */
export function accessKeyOf({ unidentifiedAccessKey }: AccountAttributes): Bytes | undefined {
  return unidentifiedAccessKey === undefined || unidentifiedAccessKey.length === 0
    ? undefined
    : unidentifiedAccessKey;
}

function nameOf({ name }: AccountAttributes): Bytes | null {
  return name === undefined || name.length === 0 ? null : name;
}

function toDevice(row: Record<string, unknown>): StoredDevice {
  return {
    id: Number(row['device']),
    registrationId: Number(row['registration_id']),
    password: { hash: String(row['password_hash']), salt: String(row['password_salt']) },
    ...(row['name'] === null ? {} : { name: blob(row['name']) }),
    capabilities: JSON.parse(String(row['capabilities'])) as Record<string, boolean>,
    lastSeenDay: Number(row['last_seen_day']),
  };
}

function blob(value: unknown): Bytes {
  return asBytes(value as Uint8Array);
}
