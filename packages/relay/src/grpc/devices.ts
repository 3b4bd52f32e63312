import { toBase64 } from '@sotto/bytes';
import { CHAT_API, DeviceCapability, PATH, ProtocolError, parseDeviceList } from '@sotto/protocol';
import { forDevices, type GrpcMethod, jsonOf, only } from './unary.ts';

/** The devices of an account (reference: signal-service §2.3, §2.6; appendix, gRPC org.signal.chat.device). */

const { method } = CHAT_API.Devices;

export const DEVICES: readonly GrpcMethod[] = [
  forDevices(method.getDevices, () => ({ verb: 'GET', path: PATH.devices }), {
    ok: (reply) => {
      const { devices } = parseDeviceList(jsonOf(reply));
      return {
        devices: devices.map(({ lastSeen, ...device }) => ({ ...device, lastSeen: BigInt(lastSeen) })),
      };
    },
  }),
  forDevices(method.removeDevice, ({ id }) => ({ verb: 'DELETE', path: PATH.device(id) }), {
    ok: () => ({}),
    // Whoever repeats a removal sees what they saw before.
    404: () => ({}),
  }),
  forDevices(
    method.setDeviceName,
    ({ id, name }) => ({
      verb: 'PUT',
      path: `${PATH.deviceName}?deviceId=${id}`,
      body: { deviceName: toBase64(name) },
    }),
    {
      ok: only('success'),
      404: only('targetDeviceNotFound'),
    },
  ),
  forDevices(
    method.setCapabilities,
    ({ capabilities }) => ({
      verb: 'PUT',
      path: PATH.capabilities,
      body: Object.fromEntries(capabilities.map((one) => [nameOf(one), true])),
    }),
    { ok: () => ({}) },
  ),
  forDevices(method.clearPushToken, () => ({ verb: 'DELETE', path: PATH.gcmToken }), { ok: () => ({}) }),
];

const CAPABILITY: Readonly<Record<number, string>> = {
  [DeviceCapability.STORAGE]: 'storage',
  [DeviceCapability.TRANSFER]: 'transfer',
  [DeviceCapability.ATTACHMENT_BACKFILL]: 'attachmentBackfill',
  [DeviceCapability.SPARSE_POST_QUANTUM_RATCHET]: 'spqr',
  [DeviceCapability.PROFILES_V2]: 'profiles_v2',
  [DeviceCapability.USERNAME_CHANGE_SYNC_MESSAGE]: 'usernameChangeSyncMessage',
  [DeviceCapability.OPTIONAL_PHONE_NUMBER]: 'optionalPhoneNumber',
};

/** Throws ProtocolError for one that the other form has no name for. */
function nameOf(capability: DeviceCapability): string {
  const name = CAPABILITY[capability];
  if (name === undefined) throw new ProtocolError('malformed', 'no such capability', 'capabilities');
  return name;
}
