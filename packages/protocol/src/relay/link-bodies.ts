import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from './codecs.ts';
import { MAX_DEVICE_ID, MAX_PROVISIONING_LENGTH } from './constants.ts';
import { apnToken, capabilities, deviceAttributes, gcmToken } from './parts.ts';
import type { ApnToken, DeviceAttributes, GcmToken } from './registration-bodies.ts';
import {
  decodeBody,
  deviceId,
  ecSignedPreKey,
  encodeBody,
  kyberSignedPreKey,
  uuid,
  type WireSignedPreKey,
} from './schema.ts';

/** Bodies of the calls that link a device (reference: signal-service §2.6). */

/** `GET /v1/devices/provisioning/code`: what the new device must show, and what the old one waits for. */
export interface LinkCode {
  readonly verificationCode: string;
  readonly tokenIdentifier: string;
}

/** `PUT /v1/devices/link`. */
export interface LinkRequest {
  readonly verificationCode: string;
  readonly accountAttributes: DeviceAttributes;
  readonly aciSignedPreKey: WireSignedPreKey;
  readonly pniSignedPreKey?: WireSignedPreKey;
  readonly aciPqLastResortPreKey: WireSignedPreKey;
  readonly pniPqLastResortPreKey?: WireSignedPreKey;
  readonly apnToken?: ApnToken;
  readonly gcmToken?: GcmToken;
  /** Sotto's own: an account record has given the device this number (design §1.5). Never the primary's. */
  readonly requestedDeviceId?: number;
}

export interface LinkResponse {
  /** ACI in text. */
  readonly uuid: string;
  /** UUID in text; absent without a number. */
  readonly pni?: string;
  readonly deviceId: number;
}

/** `PUT /v1/provisioning/{address}`: passed on as it is to the device that waits there. */
export interface ProvisioningMessage {
  readonly body: Bytes;
}

const token = z.string().min(1).max(1_024);

const linkCode = z.object({ verificationCode: token, tokenIdentifier: z.string().min(32).max(64) });

const linkRequest = z.object({
  verificationCode: token,
  accountAttributes: deviceAttributes.extend({ capabilities }),
  aciSignedPreKey: ecSignedPreKey,
  pniSignedPreKey: z.exactOptional(ecSignedPreKey),
  aciPqLastResortPreKey: kyberSignedPreKey,
  pniPqLastResortPreKey: z.exactOptional(kyberSignedPreKey),
  apnToken: z.exactOptional(apnToken),
  gcmToken: z.exactOptional(gcmToken),
  requestedDeviceId: z.exactOptional(z.int().min(2).max(MAX_DEVICE_ID)),
});

const linkResponse = z.object({ uuid, pni: z.exactOptional(uuid), deviceId });

const provisioningMessage = z.object({ body: base64(1, (MAX_PROVISIONING_LENGTH / 4) * 3) });

export function parseLinkCode(value: unknown): LinkCode {
  return decodeBody(linkCode, value);
}

export function formatLinkCode(body: LinkCode): unknown {
  return encodeBody(linkCode, body);
}

export function parseLinkRequest(value: unknown): LinkRequest {
  return decodeBody(linkRequest, value);
}

export function formatLinkRequest(request: LinkRequest): unknown {
  return encodeBody(linkRequest, request);
}

export function parseLinkResponse(value: unknown): LinkResponse {
  return decodeBody(linkResponse, value);
}

/** An absent PNI is written as `null`. */
export function formatLinkResponse(response: LinkResponse): unknown {
  return { pni: null, ...encodeBody(linkResponse, response) };
}

export function parseProvisioningMessage(value: unknown): ProvisioningMessage {
  return decodeBody(provisioningMessage, value);
}

export function formatProvisioningMessage(message: ProvisioningMessage): unknown {
  return encodeBody(provisioningMessage, message);
}
