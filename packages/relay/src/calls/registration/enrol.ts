import { type Bytes, equalBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import { PRIMARY_DEVICE_ID, type RegistrationRequest } from '@sotto/protocol';
import { DAY } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import {
  accessKeyOf,
  addDevice,
  type PhoneIdentity,
  putAccount,
  readAccount,
  type StoredAccount,
} from '../../store/accounts.ts';
import { setPreKeys } from '../../store/pre-keys.ts';
import { removeRecord } from '../../store/records.ts';
import { hashLock } from '../../store/registration-lock.ts';
import { type SaltedHash, saltedHash, verifySaltedHash } from '../../store/salted-hash.ts';

import { awaitReclaim } from '../../store/usernames.ts';
import { sealTime } from '../devices/seal-time.ts';

const AUTH_CREDENTIAL_SALT_BYTES = 16;

/** A registration that has been understood. */
export interface Wanted {
  readonly request: RegistrationRequest;
  /** Of the new device 1. */
  readonly password: Bytes;
}

/** What is known of a number's owner besides what the request brings. */
export type NumberOf = Pick<PhoneIdentity, 'numberHash' | 'pni'>;

/**
 * Make an account, or give one that is there new keys, with a device 1 and nothing of the former ones. The number is the
 * caller's to have checked; with it the request brings the keys of its identity. A record signed by another key could only
 * mislead, so it goes.
 */
export function* enrol(
  { now }: RelayContext,
  { request, password }: Wanted,
  aci: Aci,
  number?: NumberOf,
): Work<void> {
  const attributes = request.accountAttributes;
  const day = Math.floor(now() / DAY);
  const before = yield* readAccount(aci);
  const sameKey = before !== undefined && equalBytes(before.identityKey, request.aciIdentityKey);
  if (!sameKey) yield* removeRecord(aci);
  yield* awaitReclaim(aci, now());
  const accessKey = accessKeyOf(attributes);
  const recovery = hashOr(attributes.recoveryPassword);
  const phone = phoneOf(request, number);
  // It guards a number.
  const lock = phone && hashLock(attributes.registrationLock);
  yield* putAccount(
    {
      aci,
      identityKey: request.aciIdentityKey,
      ...(accessKey && { accessKey }),
      unrestrictedAccess: attributes.unrestrictedUnidentifiedAccess,
      ...(recovery && { recovery }),
      authCredentialSalt: before?.authCredentialSalt ?? randomBytes(AUTH_CREDENTIAL_SALT_BYTES),
      ...(phone && { phone }),
      ...(lock && { lock }),
    },
    day,
  );
  const createdSealed = sealTime({
    identityKey: request.aciIdentityKey,
    device: PRIMARY_DEVICE_ID,
    registrationId: attributes.registrationId,
    time: now(),
  });
  const login = saltedHash(password);
  yield* addDevice(aci, { id: PRIMARY_DEVICE_ID, password: login, attributes, day, createdSealed });
  const device = { aci, device: PRIMARY_DEVICE_ID };
  yield* setPreKeys(
    { ...device, identity: 'aci' },
    { ...NONE, signedPreKey: request.aciSignedPreKey, pqLastResortPreKey: request.aciPqLastResortPreKey },
  );
  const { pniSignedPreKey, pniPqLastResortPreKey } = request;
  if (phone === undefined || pniSignedPreKey === undefined || pniPqLastResortPreKey === undefined) return;
  yield* setPreKeys(
    { ...device, identity: 'pni' },
    { ...NONE, signedPreKey: pniSignedPreKey, pqLastResortPreKey: pniPqLastResortPreKey },
  );
}

const NONE = { preKeys: [], pqPreKeys: [] };

function phoneOf(request: RegistrationRequest, number: NumberOf | undefined): PhoneIdentity | undefined {
  if (number === undefined || request.pniIdentityKey === undefined) return undefined;
  const discoverable = request.accountAttributes.discoverableByPhoneNumber;
  return { ...number, identityKey: request.pniIdentityKey, discoverable };
}

function hashOr(secret: Bytes | undefined): SaltedHash | undefined {
  return secret === undefined || secret.length === 0 ? undefined : saltedHash(secret);
}

/** Whether a recovery password is an account's. One that has none is opened by none. */
export function opens(password: Bytes | undefined, account: StoredAccount | undefined): boolean {
  return (
    password !== undefined && account?.recovery !== undefined && verifySaltedHash(password, account.recovery)
  );
}
