import {
  formatDeliveryCertificate,
  formatIdentityResponse,
  parseAccountAttributes,
  parseJson,
  REQUIRED_CAPABILITY,
  STATUS,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../http/call.ts';
import { overLookups } from '../limits/over-lookups.ts';
import { dropAccount } from '../removal/drop-account.ts';
import { accessKeyOf, holdsLogin, readAccount, setAccountAttributes } from '../store/accounts.ts';
import { hashLock, setRegistrationLock } from '../store/registration-lock.ts';
import { saltedHash } from '../store/salted-hash.ts';
import { describeIdentity } from './describe-identity.ts';
import { findTarget } from './find-target.ts';

/** Account calls (reference: signal-service §2.5, §5). */

/** `GET /v1/accounts/whoami`: without the number, of which only a hash is kept. */
export async function whoami(context: RelayContext, { caller }: Call & { caller: Caller }): Promise<Reply> {
  const account = await context.store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  return jsonReply(formatIdentityResponse(await describeIdentity(context, account)));
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
  const lock = hashLock(attributes.registrationLock);
  const status = await context.store.write(function* () {
    const account = yield* readAccount(call.caller.aci);
    if (account === undefined || !(yield* holdsLogin(call.caller))) return 401;
    // Without a number there is nothing that a lock would guard.
    if (lock !== undefined && account.phone === undefined) return 400;
    yield* setAccountAttributes({ ...call.caller, attributes, ...(recovery && { recovery }) });
    yield* setRegistrationLock(call.caller.aci, lock);
    return 204;
  });
  return reply(status);
}

/** `DELETE /v1/accounts/me`: nothing of the account stays. */
export async function deleteAccount(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  if (!(await dropAccount(context, caller.aci, () => holdsLogin(caller)))) return reply(401);
  context.events.count('account-deleted');
  return reply(204);
}

/** `HEAD /v1/accounts/account/{serviceId}`. */
export async function accountExists(context: RelayContext, call: Call): Promise<Reply> {
  const { id, account } = await findTarget(context, call.parameters[0] ?? '');
  if (id === undefined) return reply(404);
  const refusal = await overLookups(context, call, { limit: 'accountExistence', target: id.uuid });
  return refusal ?? reply(account === undefined ? 404 : 200);
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
