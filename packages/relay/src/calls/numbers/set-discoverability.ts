import { parseDiscoverability, parseJson } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import type { Call, Caller, Reply } from '../../http/call.ts';
import { reply } from '../../http/call.ts';
import { holdsLogin, readAccount, setDiscoverable } from '../../store/accounts.ts';

/**
 * `PUT /v2/accounts/phone_number_discoverability` (signal-service §2.5): 400 for an account without a number. The wish is
 * kept; nothing here finds accounts by numbers.
 */
export async function setDiscoverability(
  context: RelayContext,
  { body, caller }: Call & { caller: Caller },
): Promise<Reply> {
  const { discoverableByPhoneNumber } = parseDiscoverability(parseJson(body));
  const status = await context.store.write(function* () {
    const account = yield* readAccount(caller.aci);
    if (account === undefined || !(yield* holdsLogin(caller))) return 401;
    if (account.phone === undefined) return 400;
    yield* setDiscoverable(caller.aci, discoverableByPhoneNumber);
    return 204;
  });
  return reply(status);
}
