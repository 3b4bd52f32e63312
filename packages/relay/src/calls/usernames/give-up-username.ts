import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, type Reply, reply } from '../../http/call.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { giveUpUsername as giveUp } from '../../store/usernames.ts';

/** `DELETE /v1/accounts/username_hash`: the account has no name any more; also when it had none. */
export async function giveUpUsername(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const held = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return false;
    yield* giveUp(caller.aci, context.now());
    return true;
  });
  return reply(held ? 204 : 401);
}
