import { parseDiscoverability, parseJson } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, type Reply, reply } from '../http/call.ts';
import { holdsLogin, readAccount, setDiscoverable } from '../store/accounts.ts';

/** `PUT /v2/accounts/phone_number_discoverability`. 400 without a number (reference: signal-service §2.5). */
export async function setDiscoverability(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const { discoverableByPhoneNumber } = parseDiscoverability(parseJson(body));
  const status = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 401;
    if ((yield* readAccount(caller.aci))?.phone === undefined) return 400;
    yield* setDiscoverable(caller.aci, discoverableByPhoneNumber);
    return 204;
  });
  return reply(status);
}
