import { type Bytes, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { Work } from '@sotto/database';
import { type Aci, accountIdFromBytes, aciOf } from '@sotto/identity';
import {
  formatRegistrationResponse,
  HEADER,
  PRIMARY_DEVICE_ID,
  parseJson,
  parseRegistrationRequest,
  REQUIRED_CAPABILITY,
  type RegistrationRequest,
  STATUS,
} from '@sotto/protocol';
import { DAY, PASSWORD_LENGTH } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { tryParseAci } from '../http/authenticate.ts';
import { type Call, jsonReply, parseBasic, type Reply, reply } from '../http/call.ts';
import { overLimitOfAddress } from '../limits/over-limit.ts';
import { accessKeyOf, addDevice, putAccount, readAccount, type StoredAccount } from '../store/accounts.ts';
import { spendReceipt } from '../store/once.ts';
import { setPreKeys } from '../store/pre-keys.ts';
import { removeRecord } from '../store/records.ts';
import { hashLock } from '../store/registration-lock.ts';
import { type SaltedHash, saltedHash, verifySaltedHash } from '../store/salted-hash.ts';
import { awaitReclaim } from '../store/usernames.ts';
import { signaturesHold } from './check-signatures.ts';
import { describeIdentity } from './describe-identity.ts';
import { sealTime } from './devices/seal-time.ts';
import { overLockTries, refuseLocked } from './registration/refuse-locked.ts';

const AUTH_CREDENTIAL_SALT_BYTES = 16;

/**
 * `POST /v1/registration` (signal-service §2.2, §2.4): a new account for a receipt, or a known one
 * for its recovery password. Replies 200 after the commit, 400 for a receipt that is not good, 403
 * when the account is somebody's already or the recovery password is not its own.
 */
export async function register(context: RelayContext, call: Call): Promise<Reply> {
  const tooMany = overLimitOfAddress(context, 'registration', call.from);
  if (tooMany !== undefined) return tooMany;
  const basic = parseBasic(call.headers.get(HEADER.authorization) ?? '');
  if (basic === undefined) return reply(400);
  if (basic.password.length < PASSWORD_LENGTH.min || basic.password.length > PASSWORD_LENGTH.max)
    return reply(400);
  const request = parseRegistrationRequest(parseJson(call.body));
  const refusal = refuse(request);
  if (refusal !== undefined) return refusal;
  const wanted: Wanted = { request, password: basic.password };
  if (request.receiptCredentialPresentation !== undefined) return registerNew(context, wanted);
  const aci = tryParseAci(basic.user);
  if (aci === undefined || request.recoveryPassword === undefined) return reply(400);
  return recover(context, wanted, aci, request.recoveryPassword);
}

interface Wanted {
  readonly request: RegistrationRequest;
  readonly password: Bytes;
}

/** What needs no look at the store. Push is not offered, so a device must fetch its messages. */
function refuse(request: RegistrationRequest): Reply | undefined {
  const { accountAttributes: attributes, recoveryPassword, receiptCredentialPresentation } = request;
  const proofs = [request.sessionId, recoveryPassword, receiptCredentialPresentation];
  if (proofs.filter((proof) => proof !== undefined && proof.length > 0).length !== 1)
    return reply(STATUS.unprocessable);
  if (request.sessionId !== undefined) return reply(400);
  if (!attributes.fetchesMessages || request.apnToken !== undefined || request.gcmToken !== undefined) {
    return reply(STATUS.unprocessable);
  }
  if (!attributes.unrestrictedUnidentifiedAccess && accessKeyOf(attributes) === undefined) {
    return reply(STATUS.unprocessable);
  }
  if (!isAccountId(request.aciIdentityKey)) return reply(STATUS.unprocessable);
  const keys = { ec: [request.aciSignedPreKey], kyber: [request.aciPqLastResortPreKey] };
  if (!signaturesHold(request.aciIdentityKey, keys)) return reply(STATUS.unprocessable);
  if (attributes.capabilities[REQUIRED_CAPABILITY] !== true) return reply(STATUS.capabilityMissing);
  // Without a number nothing else could ever bring the account back.
  if ((attributes.recoveryPassword?.length ?? 0) === 0) return reply(STATUS.unprocessable);
  const phone = [request.pniIdentityKey, request.pniSignedPreKey, request.pniPqLastResortPreKey];
  const fresh = receiptCredentialPresentation !== undefined;
  if (fresh && phone.some((key) => key !== undefined)) return reply(STATUS.unprocessable);
  return undefined;
}

function isAccountId(identityKey: Bytes): boolean {
  return identityKey[0] === 0x05;
}

/**
 * Signatures over prekeys are published with every record, so a stranger could repeat them: they do
 * not prove that the caller holds the identity key. An ACI that exists is therefore given only to
 * whoever knows its recovery password, receipt or not.
 */
async function registerNew(context: RelayContext, wanted: Wanted): Promise<Reply> {
  const { request } = wanted;
  const aci = aciOf(accountIdFromBytes(request.aciIdentityKey));
  const existing = await context.store.findAccount(aci);
  if (existing !== undefined) {
    // A retry whose first answer was lost, or an owner who came back with an invite.
    const recovery = request.accountAttributes.recoveryPassword as Bytes;
    return opens(recovery, existing.recovery) ? replace(context, wanted, existing) : reply(403);
  }
  const presentation = request.receiptCredentialPresentation as Bytes;
  const receipt = context.receipts.verify(presentation, context.now());
  if (receipt === undefined) return reply(400);
  const created = await context.store.write(function* () {
    if ((yield* readAccount(aci)) !== undefined) return 403;
    if (!(yield* spendReceipt(receipt.serial, receipt.endsDay))) return 400;
    yield* enrol(context, wanted, aci);
    return 200;
  });
  if (created !== 200) return reply(created);
  context.events.count('registered');
  return describe(context, aci, false);
}

async function recover(context: RelayContext, wanted: Wanted, aci: Aci, password: Bytes): Promise<Reply> {
  const existing = await context.store.findAccount(aci);
  if (existing === undefined || !opens(password, existing.recovery)) return reply(403);
  return replace(context, wanted, existing);
}

/** An account that has no recovery password is opened by none. */
function opens(password: Bytes, recovery: SaltedHash | undefined): boolean {
  return recovery !== undefined && verifySaltedHash(password, recovery);
}

/** A new device 1 and nothing of the old ones: keys, mail and sockets belonged to them. */
async function replace(context: RelayContext, wanted: Wanted, existing: StoredAccount): Promise<Reply> {
  const { aci } = existing;
  const attempt = { lock: wanted.request.accountAttributes.registrationLock, byRecovery: true };
  const limited = overLockTries(context, existing, attempt);
  if (limited !== undefined) return limited;
  const refusal = await context.store.write(function* () {
    const before = yield* readAccount(aci);
    const locked = before && (yield* refuseLocked(context, before, attempt));
    if (locked === undefined) yield* enrol(context, wanted, aci);
    return locked;
  });
  context.connections.revoke(aci);
  if (refusal !== undefined) return refusal;
  context.limits.registrationLock.forget(toHex(aci));
  await context.mailbox.clear(aci);
  context.store.erase();
  context.events.count('re-registered');
  return describe(context, aci, true);
}

/** A record signed by another key could only mislead. */
function* enrol({ now }: RelayContext, { request, password }: Wanted, aci: Aci): Work<void> {
  const attributes = request.accountAttributes;
  const day = Math.floor(now() / DAY);
  const before = yield* readAccount(aci);
  const sameKey = before !== undefined && Buffer.compare(before.identityKey, request.aciIdentityKey) === 0;
  if (!sameKey) yield* removeRecord(aci);
  yield* awaitReclaim(aci, now());
  const accessKey = accessKeyOf(attributes);
  const phone = before?.phone;
  const lock = phone && hashLock(attributes.registrationLock);
  yield* putAccount(
    {
      aci,
      identityKey: request.aciIdentityKey,
      ...(accessKey && { accessKey }),
      unrestrictedAccess: attributes.unrestrictedUnidentifiedAccess,
      recovery: saltedHash(attributes.recoveryPassword as Bytes),
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
  yield* addDevice(aci, {
    id: PRIMARY_DEVICE_ID,
    password: saltedHash(password),
    attributes,
    day,
    createdSealed,
  });
  yield* setPreKeys(
    { aci, device: PRIMARY_DEVICE_ID, identity: 'aci' },
    {
      preKeys: [],
      pqPreKeys: [],
      signedPreKey: request.aciSignedPreKey,
      pqLastResortPreKey: request.aciPqLastResortPreKey,
    },
  );
}

async function describe(context: RelayContext, aci: Aci, reregistration: boolean): Promise<Reply> {
  const account = await context.store.findAccount(aci);
  if (account === undefined) return reply(403);
  return jsonReply(
    formatRegistrationResponse({ ...(await describeIdentity(context, account)), reregistration }),
  );
}
