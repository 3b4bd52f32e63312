import { type Bytes, toHex } from '@sotto/bytes';
import { changed, type Row, row, rows, run, type SqlValue, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import type { AccountAttributes, DeviceAttributes } from '@sotto/protocol';
import { bytesOf, bytesOr } from './columns.ts';
import { revokeLinkTokens } from './link-tokens.ts';
import type { SaltedHash } from './salted-hash.ts';

/** Accounts and their devices, as steps of the store's reads and writes. */

export interface StoredDevice {
  readonly id: number;
  readonly registrationId: number;
  readonly password: SaltedHash;
  readonly name?: Bytes;
  readonly capabilities: Readonly<Record<string, boolean>>;
  readonly createdDay: number;
  readonly lastSeenDay: number;
  /** For the phone-number identity. */
  readonly pniRegistrationId?: number;
  /** When it was linked, encrypted to the account's identity key. */
  readonly createdSealed?: Bytes;
}

/** What an account with a phone number has besides. */
export interface PhoneIdentity {
  /** Keyed hash of the number. */
  readonly numberHash: Bytes;
  /** UUID, 16 bytes. */
  readonly pni: Bytes;
  /** 33 bytes. */
  readonly identityKey: Bytes;
  readonly discoverable: boolean;
}

export interface StoredAccount {
  readonly aci: Aci;
  /** 33 bytes. */
  readonly identityKey: Bytes;
  /** 16 bytes; absent only with unrestricted access. */
  readonly accessKey?: Bytes;
  readonly unrestrictedAccess: boolean;
  /** Absent where the number alone brings the account back. */
  readonly recovery?: SaltedHash;
  readonly authCredentialSalt: Bytes;
  readonly phone?: PhoneIdentity;
  /** Registration lock. */
  readonly lock?: SaltedHash;
  /** Version of the current profile, 32 bytes. */
  readonly profileVersion?: Bytes;
  readonly devices: readonly StoredDevice[];
}

export interface NewDevice {
  readonly id: number;
  readonly password: SaltedHash;
  readonly attributes: DeviceAttributes;
  readonly day: number;
  readonly createdSealed?: Bytes;
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
       device.name, device.capabilities, device.last_seen_day, device.created_day AS device_created_day,
       device.pni_registration_id, device.created_sealed
     FROM account LEFT JOIN device ON device.aci = account.aci WHERE account.aci = ? ORDER BY device.device`,
    [aci],
  );
  const [first] = found;
  return first === undefined ? undefined : toAccount(first, found);
}

/** The account that has a number, by the number's keyed hash. */
export function* readAccountOfNumber(numberHash: Bytes): Work<StoredAccount | undefined> {
  const found = yield* row('SELECT aci FROM account WHERE number_hash = ?', [numberHash]);
  return found === undefined ? undefined : yield* readAccount(bytesOf(found['aci']));
}

/** The account whose phone-number identity it is. */
export function* readAccountOfPni(pni: Bytes): Work<StoredAccount | undefined> {
  const found = yield* row('SELECT aci FROM account WHERE pni = ?', [pni]);
  return found === undefined ? undefined : yield* readAccount(bytesOf(found['aci']));
}

/**
 * Whether a device that has logged in is still the one that is registered. For writes, inside of them:
 * an account may be recovered or deleted while a call of its former device is under way.
 */
export function* holdsLogin({ aci, device, login }: Login): Work<boolean> {
  const found = yield* row('SELECT password_salt FROM device WHERE aci = ? AND device = ?', [aci, device]);
  return found?.['password_salt'] === login;
}

/** What the devices of some accounts log in with, as `<aci in hex>.<device>` to the salt of the password. */
export function* readLogins(acis: readonly Bytes[]): Work<ReadonlyMap<string, string>> {
  if (acis.length === 0) return new Map();
  const found = yield* rows(
    `SELECT aci, device, password_salt FROM device WHERE aci IN (${acis.map(() => '?').join(', ')})`,
    acis,
  );
  return new Map(
    found.map((one) => [`${toHex(bytesOf(one['aci']))}.${one['device']}`, String(one['password_salt'])]),
  );
}

/** Insert an account, or give an existing one new keys; either way without devices and codes. Its profiles stay. */
export function* putAccount(
  account: Omit<StoredAccount, 'devices' | 'profileVersion'>,
  day: number,
): Work<void> {
  const { aci, identityKey, accessKey, unrestrictedAccess, recovery, authCredentialSalt, phone, lock } =
    account;
  yield* run('DELETE FROM device WHERE aci = ?', [aci]);
  yield* revokeLinkTokens(aci);
  yield* run(
    `INSERT INTO account (aci, identity_key, access_key, unrestricted_access, recovery_hash, recovery_salt,
       auth_credential_salt, number_hash, pni, pni_identity_key, discoverable, lock_hash, lock_salt, created_day)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (aci) DO UPDATE SET identity_key = excluded.identity_key, access_key = excluded.access_key,
       unrestricted_access = excluded.unrestricted_access, recovery_hash = excluded.recovery_hash,
       recovery_salt = excluded.recovery_salt, auth_credential_salt = excluded.auth_credential_salt,
       number_hash = excluded.number_hash, pni = excluded.pni, pni_identity_key = excluded.pni_identity_key,
       discoverable = excluded.discoverable, lock_hash = excluded.lock_hash, lock_salt = excluded.lock_salt`,
    [
      aci,
      identityKey,
      accessKey ?? null,
      Number(unrestrictedAccess),
      recovery?.hash ?? NO_HASH,
      recovery?.salt ?? NO_HASH,
      authCredentialSalt,
      phone?.numberHash ?? null,
      phone?.pni ?? null,
      phone?.identityKey ?? null,
      Number(phone?.discoverable ?? false),
      lock?.hash ?? null,
      lock?.salt ?? null,
      day,
    ],
  );
  yield* accountChanged(aci);
}

export function* addDevice(
  aci: Aci,
  { id, password, attributes, day, createdSealed }: NewDevice,
): Work<void> {
  yield* run(
    `INSERT INTO device (aci, device, registration_id, password_hash, password_salt, name, capabilities,
       created_day, last_seen_day, pni_registration_id, created_sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      attributes.pniRegistrationId ?? null,
      createdSealed ?? null,
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
  yield* setDiscoverable(aci, attributes.discoverableByPhoneNumber);
  if (recovery !== undefined) yield* setRecovery(aci, recovery);
  yield* accountChanged(aci);
}

/** What brings the account back. */
export function* setRecovery(aci: Aci, { hash, salt }: SaltedHash): Work<void> {
  yield* run('UPDATE account SET recovery_hash = ?, recovery_salt = ? WHERE aci = ?', [hash, salt, aci]);
  yield* accountChanged(aci);
}

/**
 * Let no device of an account log in any more, and none be linked; nor its recovery password open it, unless that is
 * to be kept.
 */
export function* freezeLogins(aci: Aci, { keepRecovery }: { readonly keepRecovery: boolean }): Work<void> {
  yield* run('UPDATE device SET password_hash = ?, password_salt = ? WHERE aci = ?', [NO_HASH, NO_HASH, aci]);
  yield* revokeLinkTokens(aci);
  if (!keepRecovery) {
    yield* run('UPDATE account SET recovery_hash = ?, recovery_salt = ? WHERE aci = ?', [
      NO_HASH,
      NO_HASH,
      aci,
    ]);
  }
  yield* accountChanged(aci);
}

/** Whether an account may be found by its number; nothing for one without a number. */
export function* setDiscoverable(aci: Aci, discoverable: boolean): Work<void> {
  yield* run('UPDATE account SET discoverable = ? WHERE aci = ? AND number_hash IS NOT NULL', [
    Number(discoverable),
    aci,
  ]);
  yield* accountChanged(aci);
}

/** The day on which a device was last connected. */
export function* setLastSeen(aci: Aci, device: number, day: number): Work<void> {
  yield* run('UPDATE device SET last_seen_day = ? WHERE aci = ? AND device = ?', [day, aci, device]);
  yield* accountChanged(aci);
}

/** Another number, or new keys for the same: one-time keys of the former identity go. */
export function* setPhone(
  aci: Aci,
  phone: PhoneIdentity,
  registrationIds: ReadonlyMap<number, number>,
): Work<void> {
  yield* run(
    'UPDATE account SET number_hash = ?, pni = ?, pni_identity_key = ?, discoverable = ? WHERE aci = ?',
    [phone.numberHash, phone.pni, phone.identityKey, Number(phone.discoverable), aci],
  );
  for (const [device, registrationId] of registrationIds) {
    yield* run('UPDATE device SET pni_registration_id = ? WHERE aci = ? AND device = ?', [
      registrationId,
      aci,
      device,
    ]);
  }
  yield* run("DELETE FROM one_time_key WHERE aci = ? AND identity = 'pni'", [aci]);
  yield* run("DELETE FROM lasting_key WHERE aci = ? AND identity = 'pni'", [aci]);
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

function nameOf({ name }: DeviceAttributes): Bytes | null {
  return name === undefined || name.length === 0 ? null : name;
}

function toAccount(first: Row, found: readonly Row[]): StoredAccount {
  const accessKey = bytesOr(first['access_key']);
  const recovery = saltedOr(first['recovery_hash'], first['recovery_salt']);
  const lock = saltedOr(first['lock_hash'], first['lock_salt']);
  const phone = toPhone(first);
  const profileVersion = bytesOr(first['profile_version']);
  return {
    aci: aciFromBytes(bytesOf(first['aci'])),
    identityKey: bytesOf(first['identity_key']),
    ...(accessKey && { accessKey }),
    unrestrictedAccess: first['unrestricted_access'] === 1,
    ...(recovery && { recovery }),
    authCredentialSalt: bytesOf(first['auth_credential_salt']),
    ...(phone && { phone }),
    ...(lock && { lock }),
    ...(profileVersion && { profileVersion }),
    devices: found.filter((one) => one['device'] !== null).map(toDevice),
  };
}

/** What a column that may not be empty holds instead of a hash. */
const NO_HASH = '';

function saltedOr(hash: SqlValue | undefined, salt: SqlValue | undefined): SaltedHash | undefined {
  return typeof hash !== 'string' || hash === NO_HASH ? undefined : { hash, salt: String(salt) };
}

function toPhone(found: Row): PhoneIdentity | undefined {
  const [numberHash, pni, identityKey] = [found['number_hash'], found['pni'], found['pni_identity_key']].map(
    bytesOr,
  );
  if (numberHash === undefined || pni === undefined || identityKey === undefined) return undefined;
  return { numberHash, pni, identityKey, discoverable: found['discoverable'] === 1 };
}

function toDevice(found: Row): StoredDevice {
  const name = bytesOr(found['name']);
  const pniRegistrationId = found['pni_registration_id'];
  const createdSealed = bytesOr(found['created_sealed']);
  return {
    id: Number(found['device']),
    registrationId: Number(found['registration_id']),
    password: { hash: String(found['password_hash']), salt: String(found['password_salt']) },
    ...(name && { name }),
    capabilities: JSON.parse(String(found['capabilities'])) as Record<string, boolean>,
    createdDay: Number(found['device_created_day']),
    lastSeenDay: Number(found['last_seen_day']),
    ...(typeof pniRegistrationId === 'number' && { pniRegistrationId }),
    ...(createdSealed && { createdSealed }),
  };
}
