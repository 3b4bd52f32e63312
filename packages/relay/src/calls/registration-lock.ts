import { parseJson, parseRegistrationLock } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, type Reply, reply } from '../http/call.ts';
import { holdsLogin, readAccount } from '../store/accounts.ts';
import { hashLock, setRegistrationLock as set } from '../store/registration-lock.ts';

/**
 * `PUT /v1/accounts/registration_lock`. 400 without a number: an account that only its recovery password brings back has
 * nothing that a lock would guard (reference: signal-service §2.5).
 */
export async function setRegistrationLock(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const lock = hashLock(parseRegistrationLock(parseJson(body)).registrationLock);
  const status = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 401;
    if ((yield* readAccount(caller.aci))?.phone === undefined) return 400;
    yield* set(caller.aci, lock);
    return 204;
  });
  return reply(status);
}

/** `DELETE /v1/accounts/registration_lock`: also when there is none. */
export async function removeRegistrationLock(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const held = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return false;
    yield* set(caller.aci, undefined);
    return true;
  });
  return reply(held ? 204 : 401);
}
