import {
  formatDeliveryCertificate,
  formatDeviceList,
  formatIdentityResponse,
  parseAccountAttributes,
  parseJson,
  REQUIRED_CAPABILITY,
  STATUS,
} from '@sotto/protocol';
import { DAY } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../http/call.ts';
import { accessKeyOf, holdsLogin, removeAccount, setAccountAttributes } from '../store/accounts.ts';
import { saltedHash } from '../store/salted-hash.ts';
import { describeIdentity } from './describe-identity.ts';
import { findTarget, tryParseServiceId } from './find-target.ts';

/** Account calls (reference: signal-service §2.5, §5). */

/** `GET /v1/accounts/whoami`: without the number, of which only a hash is kept. */
export async function whoami(context: RelayContext, { caller }: Call & { caller: Caller }): Promise<Reply> {
  const account = await context.store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  return jsonReply(formatIdentityResponse(describeIdentity(account)));
}

/** `PUT /v1/accounts/attributes/`. */
export async function setAttributes(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const attributes = parseAccountAttributes(parseJson(call.body));
  if (!attributes.unrestrictedUnidentifiedAccess && accessKeyOf(attributes) === undefined) {
    return reply(STATUS.unprocessable);
  }
  // A capability that others rely on may not be taken back.
  if (attributes.capabilities[REQUIRED_CAPABILITY] !== true) return reply(409);
  const password = attributes.recoveryPassword;
  const recovery = password === undefined || password.length === 0 ? undefined : saltedHash(password);
  const held = await context.store.write(function* () {
    if (!(yield* holdsLogin(call.caller))) return false;
    yield* setAccountAttributes({ ...call.caller, attributes, ...(recovery && { recovery }) });
    return true;
  });
  return reply(held ? 204 : 401);
}

/**
 * `DELETE /v1/accounts/me`: nothing of the account stays. Mail goes first and once more at the end,
 * for what arrived in between; a crash on the way leaves an account that can be deleted again.
 */
export async function deleteAccount(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  if (!(await context.store.read(() => holdsLogin(caller)))) return reply(401);
  await context.mailbox.clear(caller.aci);
  const removed = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return false;
    yield* removeAccount(caller.aci);
    return true;
  });
  if (!removed) return reply(401);
  await context.mailbox.clear(caller.aci);
  context.store.erase();
  context.events.count('account-deleted');
  // After the reply, which may have to go out on one of these sockets.
  setImmediate(() => context.connections.revoke(caller.aci));
  return reply(204);
}

/** `HEAD /v1/accounts/account/{serviceId}`. */
export async function accountExists(context: RelayContext, { parameters }: Call): Promise<Reply> {
  const target = await findTarget(context, tryParseServiceId(parameters[0] ?? ''));
  return reply(target === undefined ? 404 : 200);
}

/** `GET /v1/devices`. */
export async function listDevices(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const devices = (await context.store.findAccount(caller.aci))?.devices ?? [];
  return jsonReply(
    formatDeviceList({
      devices: devices.map(({ id, name, lastSeenDay, registrationId }) => ({
        id,
        ...(name && { name }),
        lastSeen: lastSeenDay * DAY,
        registrationId,
      })),
    }),
  );
}

/** `GET /v1/certificate/delivery`: no number is kept that could be included. */
export async function deliveryCertificate(
  context: RelayContext,
  call: Call & { caller: Caller },
): Promise<Reply> {
  if ((call.query.get('includeE164') ?? 'true') !== 'false') return reply(400);
  const account = await context.store.findAccount(call.caller.aci);
  if (account === undefined) return reply(401);
  const certificate = context.certificates.issue({
    aci: account.aci,
    device: call.caller.device,
    identityKey: account.identityKey,
    now: context.now(),
  });
  return jsonReply(formatDeliveryCertificate({ certificate }));
}
