import { parseCapabilities, parseJson, REQUIRED_CAPABILITY } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, type Reply, reply } from '../../http/call.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { setDeviceCapabilities } from '../../store/devices.ts';

/** `PUT /v1/devices/capabilities`: what the calling device can do. 409 where others rely on what it would lose. */
export async function setCapabilities(
  context: RelayContext,
  call: Call & { caller: Caller },
): Promise<Reply> {
  const capabilities = parseCapabilities(parseJson(call.body));
  if (capabilities[REQUIRED_CAPABILITY] !== true) return reply(409);
  const held = await context.store.write(function* () {
    if (!(yield* holdsLogin(call.caller))) return false;
    yield* setDeviceCapabilities(call.caller, capabilities);
    return true;
  });
  return reply(held ? 204 : 401);
}
