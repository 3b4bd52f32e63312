import type { IncomingMessage } from '@sotto/protocol';
import type { StoredDevice } from '../../store/accounts.ts';

export type DeviceComparison =
  | { readonly outcome: 'same' }
  /** A device of the list has been installed anew since the sender last looked. */
  | { readonly outcome: 'stale'; readonly staleDevices: readonly number[] }
  | {
      readonly outcome: 'mismatched';
      readonly missingDevices: readonly number[];
      readonly extraDevices: readonly number[];
    };

/** In what a message list differs from an account's devices. */
export interface DeviceDifference {
  readonly missingDevices: readonly number[];
  readonly extraDevices: readonly number[];
  readonly staleDevices: readonly number[];
}

/**
 * Compare a message list with the account's devices. For a single recipient staleness is told first,
 * and missing or extra devices only once no device is stale (reference: signal-service §4.1).
 */
export function compareDevices(
  devices: Devices,
  messages: Messages,
  /** The device a sync comes from, which gets no copy. */
  except?: number,
): DeviceComparison {
  const { staleDevices, missingDevices, extraDevices } = differenceOf(devices, messages, except);
  if (staleDevices.length > 0) return { outcome: 'stale', staleDevices };
  if (missingDevices.length > 0 || extraDevices.length > 0) {
    return { outcome: 'mismatched', missingDevices, extraDevices };
  }
  return { outcome: 'same' };
}

/** All of it, for those who tell it in another order. */
export function differenceOf(devices: Devices, messages: Messages, except?: number): DeviceDifference {
  // Few of each, so looking through them costs less than a table of them would.
  const expected = devices.filter(({ id }) => id !== except);
  const staleDevices: number[] = [];
  const extraDevices: number[] = [];
  for (const { destinationDeviceId, destinationRegistrationId } of messages) {
    const device = expected.find(({ id }) => id === destinationDeviceId);
    if (device === undefined) extraDevices.push(destinationDeviceId);
    else if (device.registrationId !== destinationRegistrationId) staleDevices.push(device.id);
  }
  const isMissing = (id: number): boolean =>
    messages.every(({ destinationDeviceId }) => destinationDeviceId !== id);
  const missingDevices = expected.map(({ id }) => id).filter(isMissing);
  return { missingDevices, extraDevices, staleDevices };
}

type Devices = readonly Pick<StoredDevice, 'id' | 'registrationId'>[];
type Messages = readonly Pick<IncomingMessage, 'destinationDeviceId' | 'destinationRegistrationId'>[];
