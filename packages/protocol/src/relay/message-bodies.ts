import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { MAX_DEVICE_ID, MAX_FRAME_BYTES } from './constants.ts';
import { base64, decodeBody, deviceId, encodeBody, milliseconds } from './schema.ts';

/** Bodies of a single-recipient send (reference: signal-service §4.1). */

/** One device's copy. Size and type are the relay's to judge, since they have answers of their own. */
export interface IncomingMessage {
  readonly type: number;
  readonly destinationDeviceId: number;
  readonly destinationRegistrationId: number;
  readonly content: Bytes;
}

/** `PUT /v1/messages/{serviceId}`. */
export interface IncomingMessageList {
  readonly messages: readonly IncomingMessage[];
  /** Milliseconds; 0 asks the server for its own clock. */
  readonly timestamp: number;
  /** Deliver only to devices that are connected now or in a moment. */
  readonly online: boolean;
  readonly urgent: boolean;
}

export interface SendMessageResponse {
  /** The sender has other devices that should be told. */
  readonly needsSync: boolean;
}

/** Body of a 409. */
export interface MismatchedDevices {
  readonly missingDevices: readonly number[];
  readonly extraDevices: readonly number[];
}

/** Body of a 410. */
export interface StaleDevices {
  readonly staleDevices: readonly number[];
}

const messageList = z.object({
  messages: z
    .array(
      z.object({
        type: z.int().min(0).max(255),
        destinationDeviceId: deviceId,
        destinationRegistrationId: z.int().min(0).max(0xffff_ffff),
        content: base64(0, MAX_FRAME_BYTES),
      }),
    )
    .max(MAX_DEVICE_ID),
  timestamp: milliseconds.default(0),
  online: z.boolean().default(false),
  urgent: z.boolean().default(true),
});

const sendResponse = z.object({ needsSync: z.boolean().default(false) });
const devices = z.array(deviceId).max(MAX_DEVICE_ID).default([]);
const mismatched = z.object({ missingDevices: devices, extraDevices: devices });
const stale = z.object({ staleDevices: devices });

export function parseMessageList(value: unknown): IncomingMessageList {
  return decodeBody(messageList, value);
}

export function formatMessageList(list: IncomingMessageList): unknown {
  return encodeBody(messageList, { ...list, messages: [...list.messages] });
}

export function parseSendMessageResponse(value: unknown): SendMessageResponse {
  return decodeBody(sendResponse, value);
}

export function parseMismatchedDevices(value: unknown): MismatchedDevices {
  return decodeBody(mismatched, value);
}

export function parseStaleDevices(value: unknown): StaleDevices {
  return decodeBody(stale, value);
}
