import type { Bytes } from '@sotto/bytes';
import { RECOVERY_PASSWORD_BYTES, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Caller, type Reply, reply } from '../http/call.ts';
import { holdsLogin, setRecovery } from '../store/accounts.ts';
import { saltedHash } from '../store/salted-hash.ts';

/**
 * What brings the account back: a part of `PUT /v1/accounts/attributes/` that has a call of its own over gRPC, and no
 * path (reference: signal-service appendix, account.Accounts).
 */
export async function setRecoveryPassword(
  { store }: RelayContext,
  caller: Caller,
  password: Bytes,
): Promise<Reply> {
  if (password.length !== RECOVERY_PASSWORD_BYTES) return reply(STATUS.unprocessable);
  const recovery = saltedHash(password);
  const held = await store.write(function* () {
    if (!(yield* holdsLogin(caller))) return false;
    yield* setRecovery(caller.aci, recovery);
    return true;
  });
  return reply(held ? 204 : 401);
}
