import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64, list, unpaddedBase64 } from './codecs.ts';
import { MAX_DEVICE_ID, MAX_DEVICE_NAME_BYTES } from './constants.ts';
import { capabilities } from './parts.ts';
import { decodeBody, deviceId, encodeBody, milliseconds, registrationId } from './schema.ts';

/** Bodies about an account's devices (reference: signal-service §2.6). */

/** One device, in the list and as `GET /v1/devices/wait_for_linked_device/{token}` tells it. */
export interface ListedDevice {
  readonly id: number;
  readonly name?: Bytes;
  /** Milliseconds, truncated to a day. */
  readonly lastSeen: number;
  readonly registrationId: number;
  /** When it was linked, encrypted to the account. */
  readonly createdAtCiphertext?: Bytes;
}

/** `GET /v1/devices`. */
export interface DeviceList {
  readonly devices: readonly ListedDevice[];
}

/** `PUT /v1/accounts/name/`. */
export interface DeviceName {
  /** Encrypted by the device. */
  readonly deviceName: Bytes;
}

/** Body of a 411: no room for another device. */
export interface DeviceLimit {
  readonly current: number;
  readonly max: number;
}

/** Eight bytes of time in a sealed box are 57; the bound leaves room for another box. */
const MAX_CREATED_AT_BYTES = 256;

const device = z.object({
  id: deviceId,
  name: z.exactOptional(base64(0, MAX_DEVICE_NAME_BYTES)),
  lastSeen: milliseconds,
  registrationId,
  createdAtCiphertext: z.exactOptional(unpaddedBase64(0, MAX_CREATED_AT_BYTES)),
});

const deviceList = z.object({ devices: list(device, MAX_DEVICE_ID) });
const deviceName = z.object({ deviceName: base64(1, MAX_DEVICE_NAME_BYTES) });
const count = z.int().min(0).max(MAX_DEVICE_ID);
const deviceLimit = z.object({ current: count, max: count });

export function parseListedDevice(value: unknown): ListedDevice {
  return decodeBody(device, value);
}

export function formatListedDevice(body: ListedDevice): unknown {
  return encodeBody(device, body);
}

export function parseDeviceList(value: unknown): DeviceList {
  return decodeBody(deviceList, value);
}

export function formatDeviceList(body: DeviceList): unknown {
  return encodeBody(deviceList, body);
}

export function parseDeviceName(value: unknown): DeviceName {
  return decodeBody(deviceName, value);
}

export function formatDeviceName(body: DeviceName): unknown {
  return encodeBody(deviceName, body);
}

/** `PUT /v1/devices/capabilities`: the object is the whole body. */
export function parseCapabilities(value: unknown): Readonly<Record<string, boolean>> {
  return decodeBody(capabilities, value);
}

export function formatCapabilities(body: Readonly<Record<string, boolean>>): unknown {
  return encodeBody(capabilities, body);
}

export function parseDeviceLimit(value: unknown): DeviceLimit {
  return decodeBody(deviceLimit, value);
}

export function formatDeviceLimit(body: DeviceLimit): unknown {
  return encodeBody(deviceLimit, body);
}
