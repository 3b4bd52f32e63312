import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { MAX_DEVICE_ID, MAX_DEVICE_NAME_BYTES } from './constants.ts';
import { base64, decodeBody, deviceId, encodeBody, milliseconds, registrationId } from './schema.ts';

/** Bodies of account calls other than registration (reference: signal-service §2.5, §2.6, §5). */

export interface ListedDevice {
  readonly id: number;
  readonly name?: Bytes;
  /** Milliseconds, truncated to a day. */
  readonly lastSeen: number;
  readonly registrationId: number;
}

/** `GET /v1/devices`. */
export interface DeviceList {
  readonly devices: readonly ListedDevice[];
}

/** `GET /v1/certificate/delivery`. */
export interface DeliveryCertificate {
  readonly certificate: Bytes;
}

const deviceList = z.object({
  devices: z
    .array(
      z.object({
        id: deviceId,
        name: z.exactOptional(base64(0, MAX_DEVICE_NAME_BYTES)),
        lastSeen: milliseconds,
        registrationId,
      }),
    )
    .max(MAX_DEVICE_ID),
});

const certificate = z.object({ certificate: base64(1, 4_096) });

export function parseDeviceList(value: unknown): DeviceList {
  return decodeBody(deviceList, value);
}

export function formatDeviceList(list: DeviceList): unknown {
  return encodeBody(deviceList, { devices: [...list.devices] });
}

export function parseDeliveryCertificate(value: unknown): DeliveryCertificate {
  return decodeBody(certificate, value);
}

export function formatDeliveryCertificate(body: DeliveryCertificate): unknown {
  return encodeBody(certificate, body);
}
