import { type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  formatJson,
  formatTransferArchive,
  parseJson,
  parseTransferArchive,
  parseTransferArchiveUpload,
} from '@sotto/protocol';
import { PARCEL_LIFETIME } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin, readAccount, type StoredDevice } from '../../store/accounts.ts';
import { leaveParcel, readParcel } from '../../store/parcels.ts';
import { poll } from './poll.ts';

const LABEL = utf8('sotto transfer archive v1');

/**
 * `PUT /v1/devices/transfer_archive` (signal-service §2.6): tell a device that was just linked where the account's
 * history lies, or that there will be none. 204 also for a device that is not there, or was linked anew: nobody asks.
 */
export async function putTransferArchive(
  context: RelayContext,
  call: Call & { caller: Caller },
): Promise<Reply> {
  const { caller } = call;
  const upload = parseTransferArchiveUpload(parseJson(call.body));
  const limited = overLimit(context, 'uploadTransferArchive', toHex(caller.aci));
  if (limited !== undefined) return limited;
  const content = formatJson(formatTransferArchive(upload.transferArchive));
  const left = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 'revoked';
    const account = yield* readAccount(caller.aci);
    const device = account?.devices.find(
      ({ id, registrationId }) =>
        id === upload.destinationDeviceId && registrationId === upload.destinationDeviceRegistrationId,
    );
    if (device === undefined) return 'nobody';
    const address = addressOf(device);
    yield* leaveParcel(address, content, context.now() + PARCEL_LIFETIME);
    return address;
  });
  if (left === 'revoked') return reply(401);
  if (left !== 'nobody') context.waiters.ring(toHex(left));
  return reply(204);
}

/** `GET /v1/devices/transfer_archive`: wait for what the one above leaves. */
export async function waitForTransferArchive(
  context: RelayContext,
  call: Call & { caller: Caller },
): Promise<Reply> {
  const { aci, device } = call.caller;
  const limited = overLimit(context, 'waitForTransferArchive', `${toHex(aci)}.${device}`);
  if (limited !== undefined) return limited;
  const waiting = (await context.store.findAccount(aci))?.devices.find(({ id }) => id === device);
  if (waiting === undefined) return reply(401);
  const address = addressOf(waiting);
  return poll(context, call, {
    bell: toHex(address),
    look: async () => {
      const content = await context.store.read(() => readParcel(address, context.now()));
      return content && jsonReply(formatTransferArchive(parseTransferArchive(parseJson(content))));
    },
  });
}

/** Named by what only this installation of the device has, which goes with it: then no row can be joined to anybody. */
function addressOf({ password }: StoredDevice): Bytes {
  return sha256(concatBytes(LABEL, utf8(password.hash)));
}
