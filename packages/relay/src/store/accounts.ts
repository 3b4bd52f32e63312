import { type Bytes, toHex } from '@sotto/bytes';
import { changed, type Row, row, rows, run, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import type { AccountAttributes } from '@sotto/protocol';
import { bytesOf, bytesOr } from './columns.ts';
import type { SaltedHash } from './salted-hash.ts';

/** Accounts and their devices, as steps of the store's reads and writes. */

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

/** A device that has logged in. */
export interface Login {
  readonly aci: Aci;
  readonly device: number;
  /** Salt of the password that was shown. */
  readonly login: string;
}

/** Whether there is any account. */
export function* hasAccounts(): Work<boolean> {
  return (yield* row('SELECT 1 AS one FROM account LIMIT 1')) !== undefined;
}

/** One statement, so that account and devices are of one moment. */
export function* readAccount(aci: Bytes): Work<StoredAccount | undefined> {
  const found = yield* rows(
    `SELECT account.*, device.device, device.registration_id, device.password_hash, device.password_salt,
       device.name, device.capabilities, device.last_seen_day
     FROM account LEFT JOIN device ON device.aci = account.aci WHERE account.aci = ? ORDER BY device.device`,
    [aci],
  );
  const [first] = found;
  return first === undefined ? undefined : toAccount(first, found);
}

/**
 * Whether a device that has logged in is still the one that is registered. For writes, inside of them:
 * an account may be recovered or deleted while a call of its former device is under way.
 */
export function* holdsLogin({ aci, device, login }: Login): Work<boolean> {
  const found = yield* row('SELECT password_salt FROM device WHERE aci = ? AND device = ?', [aci, device]);
  return found?.['password_salt'] === login;
}

/** Insert an account, or give an existing one new keys; either way without devices. */
export function* putAccount(account: Omit<StoredAccount, 'devices'>, day: number): Work<void> {
  const { aci, identityKey, accessKey, unrestrictedAccess, recovery, authCredentialSalt } = account;
  yield* run('DELETE FROM device WHERE aci = ?', [aci]);
  yield* run(
    `INSERT INTO account (aci, identity_key, access_key, unrestricted_access, recovery_hash, recovery_salt,
       auth_credential_salt, created_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (aci) DO UPDATE SET identity_key = excluded.identity_key, access_key = excluded.access_key,
       unrestricted_access = excluded.unrestricted_access, recovery_hash = excluded.recovery_hash,
       recovery_salt = excluded.recovery_salt, auth_credential_salt = excluded.auth_credential_salt`,
    [
      aci,
      identityKey,
      accessKey ?? null,
      Number(unrestrictedAccess),
      recovery.hash,
      recovery.salt,
      authCredentialSalt,
      day,
    ],
  );
  yield* accountChanged(aci);
}

export function* addDevice(aci: Aci, { id, password, attributes, day }: NewDevice): Work<void> {
  yield* run(
    `INSERT INTO device (aci, device, registration_id, password_hash, password_salt, name, capabilities,
       created_day, last_seen_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      aci,
      id,
      attributes.registrationId,
      password.hash,
      password.salt,
      nameOf(attributes),
      JSON.stringify(attributes.capabilities),
      day,
      day,
    ],
  );
  yield* accountChanged(aci);
}

/** `PUT /v1/accounts/attributes/`: registration IDs do not change this way. */
export function* setAccountAttributes(request: {
  readonly aci: Aci;
  readonly device: number;
  readonly attributes: AccountAttributes;
  readonly recovery?: SaltedHash;
}): Work<void> {
  const { aci, device, attributes, recovery } = request;
  yield* run('UPDATE account SET access_key = ?, unrestricted_access = ? WHERE aci = ?', [
    accessKeyOf(attributes) ?? null,
    Number(attributes.unrestrictedUnidentifiedAccess),
    aci,
  ]);
  yield* run('UPDATE device SET name = ?, capabilities = ? WHERE aci = ? AND device = ?', [
    nameOf(attributes),
    JSON.stringify(attributes.capabilities),
    aci,
    device,
  ]);
  if (recovery !== undefined) {
    yield* run('UPDATE account SET recovery_hash = ?, recovery_salt = ? WHERE aci = ?', [
      recovery.hash,
      recovery.salt,
      aci,
    ]);
  }
  yield* accountChanged(aci);
}

/** The day on which a device was last connected. */
export function* setLastSeen(aci: Aci, device: number, day: number): Work<void> {
  yield* run('UPDATE device SET last_seen_day = ? WHERE aci = ? AND device = ?', [day, aci, device]);
  yield* accountChanged(aci);
}

/** Everything of the account in this database goes with it. */
export function* removeAccount(aci: Aci): Work<void> {
  yield* run('DELETE FROM account WHERE aci = ?', [aci]);
  yield* accountChanged(aci);
}

/** An empty key counts as none (signal-service §2.3). */
export function accessKeyOf({ unidentifiedAccessKey }: AccountAttributes): Bytes | undefined {
  return unidentifiedAccessKey === undefined || unidentifiedAccessKey.length === 0
    ? undefined
    : unidentifiedAccessKey;
}

/** Whoever remembers the account has to forget it. */
function accountChanged(aci: Aci): Work<void> {
  return changed(toHex(aci));
}

function nameOf({ name }: AccountAttributes): Bytes | null {
  return name === undefined || name.length === 0 ? null : name;
}

function toAccount(first: Row, found: readonly Row[]): StoredAccount {
  const accessKey = bytesOr(first['access_key']);
  return {
    aci: aciFromBytes(bytesOf(first['aci'])),
    identityKey: bytesOf(first['identity_key']),
    ...(accessKey && { accessKey }),
    unrestrictedAccess: first['unrestricted_access'] === 1,
    recovery: { hash: String(first['recovery_hash']), salt: String(first['recovery_salt']) },
    authCredentialSalt: bytesOf(first['auth_credential_salt']),
    devices: found.filter((one) => one['device'] !== null).map(toDevice),
  };
}

function toDevice(found: Row): StoredDevice {
  const name = bytesOr(found['name']);
  return {
    id: Number(found['device']),
    registrationId: Number(found['registration_id']),
    password: { hash: String(found['password_hash']), salt: String(found['password_salt']) },
    ...(name && { name }),
    capabilities: JSON.parse(String(found['capabilities'])) as Record<string, boolean>,
    lastSeenDay: Number(found['last_seen_day']),
  };
}
