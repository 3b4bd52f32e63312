import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import {
  type ChangeNumberRequest,
  formatIdentityResponse,
  PRIMARY_DEVICE_ID,
  parseChangeNumberRequest,
  parseJson,
} from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import {
  holdsLogin,
  readAccount,
  readAccountOfNumber,
  removeAccount,
  type StoredAccount,
  setPhone,
} from '../../store/accounts.ts';
import { setPreKeys } from '../../store/pre-keys.ts';
import { readAvatars } from '../../store/profiles.ts';
import { describeIdentity } from '../describe-identity.ts';
import { removeAvatars } from '../profiles/remove-avatars.ts';
import { opens } from '../registration/enrol.ts';
import { proveNumber } from '../registration/prove-number.ts';
import { randomPni } from '../registration/random-pni.ts';
import { overLockTries, type Refused, refuseLocked } from '../registration/refuse-locked.ts';
import { refuseDevices, refuseRequest } from './refuse-change.ts';
import { tellDevices } from './tell-devices.ts';

/**
 * `PUT /v2/accounts/number` (signal-service §2.5): the account of the primary device (403) gets another number, a PNI of its
 * own and new keys for that; its ACI stays. Whoever had the number before is deleted, for it is not theirs any more. With the
 * number that it has already, which is what a lost answer leads to, only keys and messages are made anew. 400 without a
 * number. The answer comes after the change and the messages to the other devices are on disk.
 */
export async function changeNumber(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const { caller } = call;
  if (context.codeSender === undefined) return reply(404);
  if (caller.device !== PRIMARY_DEVICE_ID) return reply(403);
  const request = parseChangeNumberRequest(parseJson(call.body));
  const unsound = refuseRequest(request);
  if (unsound !== undefined) return unsound;
  const account = await context.store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  if (account.phone === undefined) return reply(400);
  const numberHash = context.hashNumber(request.number);
  const isOther = !equalBytes(account.phone.numberHash, numberHash);
  const refusal = isOther ? await refuseNumber(context, caller, request, numberHash) : undefined;
  if (refusal !== undefined) return refusal;
  const wanted = { request, numberHash, proven: isOther };
  const changed = await context.store.write(() => change(context, caller, wanted));
  return conclude(context, call, request, changed);
}

/** What an account tries is counted as its own until it has proved that the number is; then as the number's. */
async function refuseNumber(
  context: RelayContext,
  { aci }: Caller,
  request: ChangeNumberRequest,
  numberHash: Bytes,
): Promise<Reply | undefined> {
  const limited = overLimit(context, 'registrations', toHex(aci));
  if (limited !== undefined) return limited;
  const unproven = await proveNumber(context, request, request.number);
  if (unproven !== undefined) return unproven;
  const known = await context.store.read(() => readAccountOfNumber(numberHash));
  if (byRecovery(request) && !opens(request.recoveryPassword, known)) return reply(403);
  return (
    overLimit(context, 'registrations', toHex(numberHash)) ?? overLockTries(context, known, request.reglock)
  );
}

type Changed =
  | Refused
  | {
      readonly account: StoredAccount;
      /** Pictures of whoever had the number before, which nothing names any more. */
      readonly avatars: readonly string[];
      /** Who that was. */
      readonly displaced?: StoredAccount;
    };

interface Wanted {
  readonly request: ChangeNumberRequest;
  readonly numberHash: Bytes;
  /** The session was looked at: not where the number seemed to be the account's already. */
  readonly proven: boolean;
}

function* change(
  context: RelayContext,
  caller: Caller,
  { request, numberHash, proven }: Wanted,
): Work<Changed> {
  const { aci } = caller;
  const before = yield* readAccount(aci);
  if (before === undefined || !(yield* holdsLogin(caller))) return { reply: reply(401) };
  if (before.phone === undefined) return { reply: reply(400) };
  const holder = yield* readAccountOfNumber(numberHash);
  const isOwn = holder !== undefined && equalBytes(holder.aci, aci);
  if (!isOwn) {
    if (!proven) return { reply: reply(401) };
    if (byRecovery(request) && !opens(request.recoveryPassword, holder)) return { reply: reply(403) };
    const lock = { lock: request.reglock, byRecovery: byRecovery(request) };
    const refusal = holder && (yield* refuseLocked(context, holder, lock));
    if (refusal !== undefined) return refusal;
  }
  const refusal = refuseDevices(before, request);
  if (refusal !== undefined) return { reply: refusal };
  const avatars = holder === undefined || isOwn ? [] : yield* readAvatars(holder.aci);
  if (holder !== undefined && !isOwn) yield* removeAccount(holder.aci);
  const phone = {
    numberHash,
    pni: isOwn ? before.phone.pni : randomPni(),
    identityKey: request.pniIdentityKey,
    discoverable: before.phone.discoverable,
  };
  yield* setPhone(aci, phone, request.pniRegistrationIds);
  for (const { id: device } of before.devices) yield* setKeys(before, device, request);
  const account = { ...before, phone };
  return { account, avatars, ...(holder !== undefined && !isOwn && { displaced: holder }) };
}

function byRecovery({ recoveryPassword }: ChangeNumberRequest): boolean {
  return recoveryPassword !== undefined && recoveryPassword.length > 0;
}

function* setKeys({ aci }: StoredAccount, device: number, request: ChangeNumberRequest): Work<void> {
  const signedPreKey = request.devicePniSignedPrekeys.get(device);
  const pqLastResortPreKey = request.devicePniPqLastResortPrekeys.get(device);
  yield* setPreKeys(
    { aci, device, identity: 'pni' },
    {
      preKeys: [],
      pqPreKeys: [],
      ...(signedPreKey && { signedPreKey }),
      ...(pqLastResortPreKey && { pqLastResortPreKey }),
    },
  );
}

async function conclude(
  context: RelayContext,
  { caller }: { readonly caller: Caller },
  request: ChangeNumberRequest,
  changed: Changed,
): Promise<Reply> {
  const { connections, mailbox, onlineMail, store, events } = context;
  if ('reply' in changed) {
    if (changed.frozen !== undefined) connections.revoke(changed.frozen.aci);
    return changed.reply;
  }
  const { account, displaced, avatars } = changed;
  if (displaced !== undefined) {
    connections.revoke(displaced.aci);
    await mailbox.clear(displaced.aci);
    await onlineMail.clear(displaced.aci);
    await removeAvatars(context, avatars);
    store.erase();
    events.count('account-deleted');
  }
  const untold = await tellDevices(context, { caller, account, messages: request.deviceMessages });
  return (
    untold ?? jsonReply(formatIdentityResponse(await describeIdentity(context, account, request.number)))
  );
}
