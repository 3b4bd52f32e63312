import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from './codecs.ts';
import { MAX_DEVICE_ID, MAX_TIMESTAMP } from './constants.ts';
import { incomingMessage, mismatchedDevices, staleDevices } from './parts.ts';
import { decodeBody, encodeBody, milliseconds } from './schema.ts';

/** Bodies of a single-recipient send, and of a report of one (reference: signal-service §4.1, §4.3). */

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

/** `POST /v1/messages/report/{source}/{serverGuid}`. */
export interface SpamReport {
  /** What came with the message for this purpose. */
  readonly token?: Bytes;
}

/** A token is opaque; the relay that reads it made it. */
const MAX_REPORT_TOKEN_BYTES = 4_096;

const messageList = z.object({
  messages: z.array(incomingMessage).max(MAX_DEVICE_ID),
  timestamp: milliseconds.max(MAX_TIMESTAMP).default(0),
  online: z.boolean().default(false),
  urgent: z.boolean().default(true),
});

const sendResponse = z.object({ needsSync: z.boolean().default(false) });
const report = z.object({ token: z.exactOptional(base64(0, MAX_REPORT_TOKEN_BYTES)) });

export function parseMessageList(value: unknown): IncomingMessageList {
  return decodeBody(messageList, value);
}

export function formatMessageList(list: IncomingMessageList): unknown {
  return encodeBody(messageList, { ...list, messages: [...list.messages] });
}

export function parseSendMessageResponse(value: unknown): SendMessageResponse {
  return decodeBody(sendResponse, value);
}

export function formatSendMessageResponse(response: SendMessageResponse): unknown {
  return encodeBody(sendResponse, response);
}

export function parseMismatchedDevices(value: unknown): MismatchedDevices {
  return decodeBody(mismatchedDevices, value);
}

export function formatMismatchedDevices(body: MismatchedDevices): unknown {
  return encodeBody(mismatchedDevices, body);
}

export function parseStaleDevices(value: unknown): StaleDevices {
  return decodeBody(staleDevices, value);
}

export function formatStaleDevices(body: StaleDevices): unknown {
  return encodeBody(staleDevices, body);
}

/** The call may come without any body, which is a report without a token: the caller of this sees to that. */
export function parseSpamReport(value: unknown): SpamReport {
  return decodeBody(report, value);
}

export function formatSpamReport(body: SpamReport): unknown {
  return encodeBody(report, body);
}
