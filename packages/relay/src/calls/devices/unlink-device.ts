import type { Bytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { type AccountId, accountIdFromBytes, readRecord } from '@sotto/identity';
import { PRIMARY_DEVICE_ID } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, type Reply, reply } from '../../http/call.ts';
import { dropDevice } from '../../removal/drop-device.ts';
import { holdsLogin, readAccount } from '../../store/accounts.ts';
import { readRecord as readSignedRecord } from '../../store/records.ts';
import { managesDevices } from './manages-devices.ts';
import { deviceIdOf } from './name-device.ts';

/**
 * `DELETE /v1/devices/{id}` (signal-service §2.6): nothing of a device stays, and its sockets are closed with 4401.
 * 401 for another's device that the caller may not unlink, 403 for the primary: but that goes as well where the
 * account's record does not list it any more, which its identity key has signed (docs/spec/relay.md). 204 also when
 * there is none.
 */
export async function unlinkDevice(
  context: RelayContext,
  { caller, parameters }: Call & { caller: Caller },
): Promise<Reply> {
  const device = deviceIdOf(parameters[0] ?? '');
  if (device === undefined) return reply(404);
  const { aci } = caller;
  const dropped = await dropDevice(context, { aci, device }, () => whyNot(caller, device));
  if (dropped.outcome === 'kept') return reply(dropped.why);
  context.events.count('device-unlinked');
  return reply(204);
}

/** The last one stays: without any, the account could only be restored, or be forgotten after half a year. */
function* whyNot(caller: Caller, device: number): Work<401 | 403 | undefined> {
  const account = yield* readAccount(caller.aci);
  if (account === undefined || !(yield* holdsLogin(caller))) return 401;
  if (device !== caller.device && !(yield* managesDevices(caller))) return 401;
  if (account.devices.every(({ id }) => id === device)) return 403;
  if (device !== PRIMARY_DEVICE_ID) return undefined;
  const signed = yield* readSignedRecord(caller.aci);
  return signed && !listsPrimary(signed, accountIdFromBytes(account.identityKey)) ? undefined : 403;
}

function listsPrimary(signed: Bytes, account: AccountId): boolean {
  const read = readRecord(signed, account);
  return read.outcome !== 'read' || read.record.devices.some(({ id }) => id === PRIMARY_DEVICE_ID);
}
