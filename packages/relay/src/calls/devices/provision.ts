import { toHex } from '@sotto/bytes';
import { MAX_PROVISIONING_LENGTH, parseJson, parseProvisioningMessage } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { parcelAt } from '../../socket/provisioning-address.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { handParcel } from '../../store/parcels.ts';

/** What the JSON around the message may take. */
const FRAME_LENGTH = 1_024;

/**
 * `PUT /v1/provisioning/{address}` (signal-service §2.6): hand a message, encrypted for it, to a device that waits to
 * be linked. 404 when none waits there, or has been given another one, 400 for a message that is too long. 204 when it
 * is on its way: whichever process holds that device's socket takes it from the database.
 */
export async function provision(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  const { caller } = call;
  if (call.body.length > MAX_PROVISIONING_LENGTH + FRAME_LENGTH) return reply(400);
  const { body } = parseProvisioningMessage(parseJson(call.body));
  const limited = overLimit(context, 'messages', `${toHex(caller.aci)}>provisioning`);
  if (limited !== undefined) return limited;
  const parcel = parcelAt(call.parameters[0] ?? '');
  if (parcel === undefined) return reply(404);
  const status = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 401;
    return (yield* handParcel(parcel, body, context.now())) ? 204 : 404;
  });
  context.waiters.ring(toHex(parcel));
  return reply(status);
}
