import { type Bytes, concatBytes, equalBytes, toHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  type DevicePreKeys,
  formatPreKeyResponse,
  HEADER,
  MAX_DEVICE_ID,
  parseCheckKeys,
  parseJson,
  parseSetKeys,
  STATUS,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';
import { type CheckedWork, checkWorkOf, spendWork } from '../limits/spend-work.ts';
import { tellLowPreKeys } from '../socket/low-pre-keys.ts';
import { holdsLogin, readAccount, type StoredAccount } from '../store/accounts.ts';
import {
  countPreKeys,
  type KeyIdentity,
  readLastingKeys,
  setPreKeys,
  takePreKeys,
} from '../store/pre-keys.ts';
import { anonymousAccess } from './access.ts';
import { signaturesHold } from './check-signatures.ts';
import { aciIn, findTarget, registrationIdOf } from './find-target.ts';

/** Prekey calls (reference: signal-service §3). */

/** `PUT /v2/keys`. 422 for a signature that is not the identity's, 400 where there is no such identity. */
export async function setKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const identity = identityOf(call);
  if (identity === undefined) return reply(400);
  const keys = parseSetKeys(parseJson(call.body));
  const { aci, device } = call.caller;
  const account = await context.store.findAccount(aci);
  if (account === undefined) return reply(401);
  const identityKey = identityKeyOf(account, identity);
  if (identityKey === undefined) return reply(400);
  const ec = keys.signedPreKey === undefined ? [] : [keys.signedPreKey];
  const lastResort = keys.pqLastResortPreKey === undefined ? [] : [keys.pqLastResortPreKey];
  if (!signaturesHold(identityKey, { ec, kyber: [...keys.pqPreKeys, ...lastResort] })) {
    return reply(STATUS.unprocessable);
  }
  const status = await context.store.write(function* () {
    if (!(yield* holdsLogin(call.caller))) return 401;
    // Another device may have changed the number meanwhile, and with it this key.
    const now = yield* readAccount(aci);
    const current = now && identityKeyOf(now, identity);
    if (current === undefined || !equalBytes(current, identityKey)) return STATUS.unprocessable;
    yield* setPreKeys({ aci, device, identity }, keys);
    return 200;
  });
  return reply(status);
}

/** `GET /v2/keys`: how many one-time keys are left. */
export async function countKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const identity = identityOf(call);
  const { aci, device } = call.caller;
  const account = await context.store.findAccount(aci);
  if (account === undefined) return reply(401);
  if (identity === undefined || identityKeyOf(account, identity) === undefined) return reply(400);
  return jsonReply(await context.store.read(() => countPreKeys({ aci, device, identity })));
}

/** `POST /v2/keys/check`: 200 when both sides hold the same lasting keys, 409 when not. */
export async function checkKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const { identityType: identity, digest } = parseCheckKeys(parseJson(call.body));
  const { aci, device } = call.caller;
  const account = await context.store.findAccount(aci);
  if (account === undefined) return reply(401);
  const identityKey = identityKeyOf(account, identity);
  if (identityKey === undefined) return reply(400);
  const { ec, kyber } = await context.store.read(() => readLastingKeys({ aci, device, identity }));
  if (ec === undefined || kyber === undefined) return reply(409);
  const ours = sha256(
    concatBytes(identityKey, keyIdBytes(ec.keyId), ec.publicKey, keyIdBytes(kyber.keyId), kyber.publicKey),
  );
  return reply(equalBytes(ours, digest) ? 200 : 409);
}

/**
 * `GET /v2/keys/{serviceId}/{device}`: consumes one EC and one Kyber key of each device asked for.
 * By account, by access key or a group's token, or by a stranger's work; the keys of a number by account or token only. Who
 * may not gets 401 whether or not the account exists.
 */
export async function fetchKeys(context: RelayContext, call: Call): Promise<Reply> {
  const [serviceId = '', selector = ''] = call.parameters;
  const { caller, headers } = call;
  if (headers.has(HEADER.groupSendToken) && caller !== undefined) return reply(400);
  const target = await findTarget(context, serviceId);
  const { id, account } = target;
  const device = selector === '*' ? undefined : Number(selector);
  if (device !== undefined && !isDeviceId(selector)) return reply(STATUS.unprocessable);

  if (caller !== undefined) {
    if (id === undefined) return reply(404);
    const asker = toHex(caller.aci);
    // As they are understood, not as they were written: `1`, `01` and `001` are one device.
    const pair = `${asker}.${caller.device}>${id.kind}.${toHex(id.uuid)}.${device ?? '*'}`;
    // Before the answer, which tells who is here.
    const refusal = overLimit(context, 'preKeys', pair) ?? overLimit(context, 'keyLookups', asker);
    if (refusal !== undefined) return refusal;
    return account === undefined ? reply(404) : take(context, { kind: id.kind, account }, device);
  }
  const access = anonymousAccess(context, headers, target);
  if (access.outcome === 'refused') return access.reply;
  if (id === undefined) return reply(401);
  if (access.outcome === 'granted') {
    const isMissing = device !== undefined && deviceOf(account, device) === undefined;
    // A key says nothing about who is here; a token may.
    if (isMissing && !headers.has(HEADER.groupSendToken)) return reply(401);
    return take(context, { kind: id.kind, account: access.account }, device);
  }
  const aci = aciIn(id);
  const work = aci && checkWorkOf(context, headers, { purpose: 'keys', target: aci });
  if (work === undefined) return reply(401);
  if (account === undefined) return reply(404);
  return take(context, { kind: id.kind, account }, device, work);
}

/** An account by one of its names. */
interface Named {
  readonly kind: KeyIdentity;
  readonly account: StoredAccount;
}

async function take(
  context: RelayContext,
  { kind, account: { aci, phone } }: Named,
  device: number | undefined,
  work?: CheckedWork,
): Promise<Reply> {
  const taken = await context.store.write(function* () {
    if (work !== undefined && !(yield* spendWork(work))) return undefined;
    // As it is now: it may have been registered anew since the call was let in.
    const account = yield* readAccount(aci);
    // Nor is a PNI that it had its own for ever.
    if (kind === 'pni' && !isSame(phone?.pni, account?.phone?.pni)) return NOTHING;
    const wanted = account?.devices.filter(({ id }) => device === undefined || id === device) ?? [];
    const devices: DevicePreKeys[] = [];
    for (const one of wanted) {
      const keys = yield* takePreKeys({ aci, device: one.id, identity: kind });
      const registrationId = registrationIdOf(one, kind);
      if (keys !== undefined) devices.push({ deviceId: one.id, registrationId, ...keys });
    }
    return { identityKey: account && identityKeyOf(account, kind), devices };
  });
  if (taken === undefined) return reply(401);
  const { identityKey, devices } = taken;
  if (identityKey === undefined || devices.length === 0) return reply(404);
  for (const { deviceId } of devices)
    void tellLowPreKeys(context, { account: aci, device: deviceId }, [kind]);
  return jsonReply(formatPreKeyResponse({ identityKey, devices }));
}

const NOTHING = { identityKey: undefined, devices: [] };

function isSame(one: Bytes | undefined, other: Bytes | undefined): boolean {
  return one !== undefined && other !== undefined && equalBytes(one, other);
}

/** Of which identity the keys are; undefined for anything else. */
function identityOf({ query }: Call): KeyIdentity | undefined {
  const text = (query.get('identity') ?? 'aci').toLowerCase();
  return text === 'aci' || text === 'pni' ? text : undefined;
}

/** Undefined for the number of an account that has none. */
function identityKeyOf(account: StoredAccount, identity: KeyIdentity): Bytes | undefined {
  return identity === 'aci' ? account.identityKey : account.phone?.identityKey;
}

function isDeviceId(text: string): boolean {
  return /^[0-9]{1,3}$/.test(text) && Number(text) <= MAX_DEVICE_ID;
}

function deviceOf(account: StoredAccount | undefined, device: number) {
  return account?.devices.find(({ id }) => id === device);
}

function keyIdBytes(keyId: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(keyId));
  return bytes;
}
