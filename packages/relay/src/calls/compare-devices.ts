import type { IncomingMessage } from '@sotto/protocol';
import type { StoredDevice } from '../store/accounts.ts';

export type DeviceComparison =
  | { readonly outcome: 'same' }
  /** A device of the list has been installed anew since the sender last looked. */
  | { readonly outcome: 'stale'; readonly staleDevices: readonly number[] }
  | {
      readonly outcome: 'mismatched';
      readonly missingDevices: readonly number[];
      readonly extraDevices: readonly number[];
    };

/**
 * Compare a message list with the account's devices. For a single recipient staleness is told first,
 * and missing or extra devices only once no device is stale (reference: signal-service §4.1).
 */
export function compareDevices(
  devices: readonly Pick<StoredDevice, 'id' | 'registrationId'>[],
  messages: readonly Pick<IncomingMessage, 'destinationDeviceId' | 'destinationRegistrationId'>[],
  /** The device a sync comes from, which gets no copy. */
  except?: number,
): DeviceComparison {
  const expected = new Map(
    devices.filter(({ id }) => id !== except).map(({ id, registrationId }) => [id, registrationId]),
  );
  const staleDevices: number[] = [];
  const extraDevices: number[] = [];
  const missing = new Set(expected.keys());
  for (const { destinationDeviceId: id, destinationRegistrationId } of messages) {
    const registrationId = expected.get(id);
    if (registrationId === undefined) extraDevices.push(id);
    else if (registrationId !== destinationRegistrationId) staleDevices.push(id);
    missing.delete(id);
  }
  if (staleDevices.length > 0) return { outcome: 'stale', staleDevices };
  if (missing.size > 0 || extraDevices.length > 0) {
    return { outcome: 'mismatched', missingDevices: [...missing], extraDevices };
  }
  return { outcome: 'same' };
}
