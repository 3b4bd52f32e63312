import { Buffer } from 'node:buffer';
import type { Bytes } from '@sotto/bytes';
import {
  type IncomingMessage,
  type IncomingMessageList,
  MAX_DEVICE_ID,
  MAX_TIMESTAMP,
  parseJson,
  parseMessageList,
} from '@sotto/protocol';

/**
 * The body of a send (reference: signal-service §4.1). Throws ProtocolError.
 *
 * What is surely right is taken as it is: the schema costs more than everything else that reads a message. Whatever is not
 * is left to the schema, which alone refuses.
 */
export function readMessageList(body: Bytes): IncomingMessageList {
  const value = parseJson(body);
  return takePlainList(value) ?? parseMessageList(value);
}

/** Undefined for whatever is not surely right. */
export function takePlainList(value: unknown): IncomingMessageList | undefined {
  const { messages, timestamp = 0, online = false, urgent = true } = membersOf(value);
  if (!Array.isArray(messages) || messages.length > MAX_DEVICE_ID) return undefined;
  if (!isWithin(timestamp, 0, MAX_TIMESTAMP)) return undefined;
  if (typeof online !== 'boolean' || typeof urgent !== 'boolean') return undefined;
  const taken: IncomingMessage[] = [];
  for (const each of messages) {
    const message = takePlainMessage(each);
    if (message === undefined) return undefined;
    taken.push(message);
  }
  return { messages: taken, timestamp, online, urgent };
}

function takePlainMessage(value: unknown): IncomingMessage | undefined {
  const { type, destinationDeviceId, destinationRegistrationId, content: text } = membersOf(value);
  if (!isWithin(type, 0, MAX_TYPE) || !isWithin(destinationDeviceId, 1, MAX_DEVICE_ID)) return undefined;
  if (!isWithin(destinationRegistrationId, 0, MAX_UINT32) || typeof text !== 'string') return undefined;
  const content = takePlainBase64(text);
  return content && { type, destinationDeviceId, destinationRegistrationId, content };
}

const MAX_TYPE = 255;
const MAX_UINT32 = 0xffff_ffff;

type Members = Readonly<Record<string, unknown>>;
const NO_MEMBERS: Members = {};

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : NO_MEMBERS;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Only if it is what these bytes are written as: so one look finds everything that base64 may not be. */
function takePlainBase64(text: string): Bytes | undefined {
  if (text === '') return undefined;
  const content = new Uint8Array(Buffer.byteLength(text, 'base64'));
  const view = Buffer.from(content.buffer);
  view.write(text, 'base64');
  return view.toString('base64') === text ? content : undefined;
}
