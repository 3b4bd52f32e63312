import { type Bytes, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import type { Work } from '@sotto/database';
import { type Aci, formatAci } from '@sotto/identity';
import {
  formatLinkResponse,
  formatUuid,
  HEADER,
  type LinkRequest,
  MAX_DEVICE_ID,
  PRIMARY_DEVICE_ID,
  parseJson,
  parseLinkRequest,
} from '@sotto/protocol';
import { DAY, PARCEL_LIFETIME, PASSWORD_LENGTH } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, parseBasic, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { addDevice, readAccount, type StoredAccount } from '../../store/accounts.ts';
import { readLinkToken, spendLinkToken } from '../../store/link-tokens.ts';
import { setPreKeys } from '../../store/pre-keys.ts';
import { saltedHash } from '../../store/salted-hash.ts';
import { refuseLink } from './refuse-link.ts';
import { sealTime } from './seal-time.ts';

/** What a new device brings. */
interface Wanted {
  readonly request: LinkRequest;
  readonly password: Bytes;
  /** Of the code that it was given. */
  readonly tokenHash: Bytes;
}

type Linked = { readonly outcome: 'linked'; readonly account: StoredAccount } | { readonly outcome: 'again' };

/**
 * `PUT /v1/devices/link` (signal-service §2.6): a new device becomes one of the account whose code it brings. The
 * Basic user says nothing; the password is the device's from now on. 403 for a code that is not good, or was used.
 * `requestedDeviceId` is Sotto's own: 409 when it is taken (docs/spec/relay.md). Replies after the commit.
 */
export async function linkDevice(context: RelayContext, call: Call): Promise<Reply> {
  const basic = parseBasic(call.headers.get(HEADER.authorization) ?? '');
  if (basic === undefined) return reply(400);
  const { password } = basic;
  if (password.length < PASSWORD_LENGTH.min || password.length > PASSWORD_LENGTH.max) return reply(400);
  const request = parseLinkRequest(parseJson(call.body));
  const wanted: Wanted = { request, password, tokenHash: sha256(utf8(request.verificationCode)) };
  const aci = await context.store.read(() => readLinkToken(wanted.tokenHash, context.now()));
  if (aci === undefined) return reply(403);
  return overLimit(context, 'verifyDevice', toHex(aci)) ?? link(context, wanted, aci);
}

/** Again when another device was linked meanwhile and has taken the number: until there is no room. */
async function link(context: RelayContext, wanted: Wanted, aci: Aci): Promise<Reply> {
  for (;;) {
    const account = await context.store.read(() => readAccount(aci));
    if (account === undefined) return reply(403);
    const device = freeDevice(account, wanted.request);
    // What still lies there was for another device that had this number. Nobody writes to it before it is linked.
    if (device !== undefined) await context.mailbox.clear(aci, device);
    const linked = await context.store.write(() => commitLink(context, wanted, device));
    if ('status' in linked) return linked;
    if (linked.outcome === 'again' || device === undefined) continue;
    context.waiters.ring(toHex(wanted.tokenHash));
    context.events.count('device-linked');
    const { phone } = linked.account;
    const pni = phone && formatUuid(phone.pni);
    return jsonReply(formatLinkResponse({ uuid: formatAci(aci), ...(pni && { pni }), deviceId: device }));
  }
}

function* commitLink(
  { now }: RelayContext,
  { request, password, tokenHash }: Wanted,
  device: number | undefined,
): Work<Reply | Linked> {
  const time = now();
  const aci = yield* readLinkToken(tokenHash, time);
  const account = aci && (yield* readAccount(aci));
  if (aci === undefined || account === undefined) return reply(403);
  const refusal = refuseLink(account, request);
  if (refusal !== undefined) return refusal;
  if (freeDevice(account, request) !== device) return { outcome: 'again' };
  if (device === undefined) return reply(409);
  const { accountAttributes: attributes, aciSignedPreKey, aciPqLastResortPreKey } = request;
  const { identityKey } = account;
  const createdSealed = sealTime({ identityKey, device, registrationId: attributes.registrationId, time });
  yield* addDevice(aci, {
    id: device,
    password: saltedHash(password),
    attributes,
    day: Math.floor(time / DAY),
    createdSealed,
  });
  const none = { preKeys: [], pqPreKeys: [] };
  yield* setPreKeys(
    { aci, device, identity: 'aci' },
    { ...none, signedPreKey: aciSignedPreKey, pqLastResortPreKey: aciPqLastResortPreKey },
  );
  const { pniSignedPreKey, pniPqLastResortPreKey } = request;
  if (pniSignedPreKey !== undefined && pniPqLastResortPreKey !== undefined) {
    yield* setPreKeys(
      { aci, device, identity: 'pni' },
      { ...none, signedPreKey: pniSignedPreKey, pqLastResortPreKey: pniPqLastResortPreKey },
    );
  }
  yield* spendLinkToken(tokenHash, device, time + PARCEL_LIFETIME);
  return { outcome: 'linked', account };
}

/** The number that was asked for, or else the lowest; undefined when it is taken. */
function freeDevice({ devices }: StoredAccount, { requestedDeviceId }: LinkRequest): number | undefined {
  const isFree = (id: number): boolean => devices.every((device) => device.id !== id);
  if (requestedDeviceId !== undefined) return isFree(requestedDeviceId) ? requestedDeviceId : undefined;
  for (let id = PRIMARY_DEVICE_ID + 1; id <= MAX_DEVICE_ID; id++) if (isFree(id)) return id;
  return undefined;
}
