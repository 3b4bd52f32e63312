import { formatDeviceList, type ListedDevice } from '@sotto/protocol';
import { DAY } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply } from '../../http/call.ts';
import type { StoredDevice } from '../../store/accounts.ts';

/** `GET /v1/devices`. */
export async function listDevices(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const devices = (await context.store.findAccount(caller.aci))?.devices ?? [];
  return jsonReply(formatDeviceList({ devices: devices.map(listedDevice) }));
}

/** As the other devices of its account see it. */
export function listedDevice(device: StoredDevice): ListedDevice {
  const { id, name, lastSeenDay, registrationId, createdSealed } = device;
  return {
    id,
    ...(name && { name }),
    lastSeen: lastSeenDay * DAY,
    registrationId,
    ...(createdSealed && { createdAtCiphertext: createdSealed }),
  };
}
