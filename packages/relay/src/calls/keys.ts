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
import { countPreKeys, readLastingKeys, setPreKeys, takePreKeys } from '../store/pre-keys.ts';
import { anonymousAccess } from './access.ts';
import { signaturesHold } from './check-signatures.ts';
import { aciIn, findTarget } from './find-target.ts';

/** Prekey calls (reference: signal-service §3). */

/** `PUT /v2/keys`. 422 for a signature that is not the account's. */
export async function setKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  if (!isAci(call)) return reply(400);
  const keys = parseSetKeys(parseJson(call.body));
  const { aci, device } = call.caller;
  const identityKey = (await context.store.findAccount(aci))?.identityKey;
  if (identityKey === undefined) return reply(401);
  const ec = keys.signedPreKey === undefined ? [] : [keys.signedPreKey];
  const lastResort = keys.pqLastResortPreKey === undefined ? [] : [keys.pqLastResortPreKey];
  if (!signaturesHold(identityKey, { ec, kyber: [...keys.pqPreKeys, ...lastResort] })) {
    return reply(STATUS.unprocessable);
  }
  const stored = await context.store.write(function* () {
    if (!(yield* holdsLogin(call.caller))) return false;
    yield* setPreKeys({ aci, device, identity: 'aci' }, keys);
    return true;
  });
  return reply(stored ? 200 : 401);
}

/** `GET /v2/keys`: how many one-time keys are left. */
export async function countKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  if (!isAci(call)) return reply(400);
  const { aci, device } = call.caller;
  return jsonReply(await context.store.read(() => countPreKeys({ aci, device, identity: 'aci' })));
}

/** `POST /v2/keys/check`: 200 when both sides hold the same lasting keys, 409 when not. */
export async function checkKeys(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const { identityType, digest } = parseCheckKeys(parseJson(call.body));
  if (identityType !== 'aci') return reply(400);
  const { aci, device } = call.caller;
  const identityKey = (await context.store.findAccount(aci))?.identityKey;
  const { ec, kyber } = await context.store.read(() => readLastingKeys({ aci, device, identity: 'aci' }));
  if (identityKey === undefined || ec === undefined || kyber === undefined) return reply(409);
  const ours = sha256(
    concatBytes(identityKey, keyIdBytes(ec.keyId), ec.publicKey, keyIdBytes(kyber.keyId), kyber.publicKey),
  );
  return reply(equalBytes(ours, digest) ? 200 : 409);
}

/**
 * `GET /v2/keys/{serviceId}/{device}`: consumes one EC and one Kyber key of each device asked for.
 * By account, by access key or a group's token, or by a stranger's work. Who has none of them gets 401 whether or not
 * the account exists.
 */
export async function fetchKeys(context: RelayContext, call: Call): Promise<Reply> {
  const [serviceId = '', selector = ''] = call.parameters;
  const { caller, headers } = call;
  if (headers.has(HEADER.groupSendToken) && caller !== undefined) return reply(400);
  const target = await findTarget(context, serviceId);
  const { account } = target;
  const device = selector === '*' ? undefined : Number(selector);
  if (device !== undefined && !isDeviceId(selector)) return reply(STATUS.unprocessable);

  if (caller !== undefined) {
    if (account === undefined) return reply(404);
    // As they are understood, not as they were written: `1`, `01` and `001` are one device.
    const pair = `${toHex(caller.aci)}.${caller.device}>${toHex(account.aci)}.${device ?? '*'}`;
    return overLimit(context, 'preKeys', pair) ?? take(context, account, device);
  }
  const access = anonymousAccess(context, headers, target);
  if (access.outcome === 'refused') return access.reply;
  if (access.outcome === 'granted') {
    const isMissing = device !== undefined && deviceOf(account, device) === undefined;
    // A key says nothing about who is here; a token may.
    if (isMissing && !headers.has(HEADER.groupSendToken)) return reply(401);
    return take(context, access.account, device);
  }
  const aci = target.id && aciIn(target.id);
  const work = aci && checkWorkOf(context, headers, { purpose: 'keys', target: aci });
  if (work === undefined) return reply(401);
  if (account === undefined) return reply(404);
  return take(context, account, device, work);
}

async function take(
  context: RelayContext,
  { aci }: StoredAccount,
  device: number | undefined,
  work?: CheckedWork,
): Promise<Reply> {
  const taken = await context.store.write(function* () {
    if (work !== undefined && !(yield* spendWork(work))) return undefined;
    // As it is now: it may have been registered anew since the call was let in.
    const account = yield* readAccount(aci);
    const wanted = account?.devices.filter(({ id }) => device === undefined || id === device) ?? [];
    const devices: DevicePreKeys[] = [];
    for (const { id, registrationId } of wanted) {
      const keys = yield* takePreKeys({ aci, device: id, identity: 'aci' });
      if (keys !== undefined) devices.push({ deviceId: id, registrationId, ...keys });
    }
    return { identityKey: account?.identityKey, devices };
  });
  if (taken === undefined) return reply(401);
  const { identityKey, devices } = taken;
  if (identityKey === undefined || devices.length === 0) return reply(404);
  for (const { deviceId } of devices) void tellLowPreKeys(context, { account: aci, device: deviceId });
  return jsonReply(formatPreKeyResponse({ identityKey, devices }));
}

/** No account here has a phone-number identity. */
function isAci(call: Call): boolean {
  return (call.query.get('identity') ?? 'aci').toLowerCase() === 'aci';
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
