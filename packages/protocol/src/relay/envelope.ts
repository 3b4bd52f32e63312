import { fromBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { EnvelopeSchema } from '../generated/envelope_pb.ts';
import {
  ACI_BYTES,
  MAX_DEVICE_ID,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  SERVER_GUID_BYTES,
  SERVICE_ID_BYTES,
} from './constants.ts';
import { WireReader } from './wire-reader.ts';
import { sizeOfWire, type WireSink, type WireSteps, writeWire } from './wire-sink.ts';

/** Envelope.Type by name (reference: signal-service §4.1). */
export const ENVELOPE_TYPE = {
  ciphertext: 1,
  preKey: 3,
  deliveryReceipt: 5,
  sealed: 6,
  plaintext: 8,
} as const;

export type EnvelopeType = (typeof ENVELOPE_TYPE)[keyof typeof ENVELOPE_TYPE];

/** First byte of a PNI in binary form (signal-service §0). */
const PNI_BYTE = 1;

/** What the relay keeps for a device and pushes to it. */
export interface RelayEnvelope {
  readonly type: EnvelopeType;
  /** Milliseconds, by the sender's clock. */
  readonly clientTimestamp: number;
  /** Milliseconds, by the relay's clock. */
  readonly serverTimestamp: number;
  /** 16 bytes; the same at every redelivery. */
  readonly guid: Bytes;
  /** As it was addressed: an ACI of 16 bytes, or a PNI in its binary form of 17. */
  readonly destination: Bytes;
  /** Who sent it; absent when sealed. A receipt for what was addressed to a PNI comes from that PNI. */
  readonly source?: { readonly aci: Bytes; readonly device: number };
  readonly urgent: boolean;
  /** For devices that show stories only. */
  readonly story?: true;
  /** Absent on delivery receipts. */
  readonly content?: Bytes;
  /** The account's new PNI, 16 bytes, in what tells its other devices that its number has changed. */
  readonly updatedPni?: Bytes;
}

/** Serialize an envelope. The `ephemeral` mark never leaves the relay, so it is no part of it. */
export function encodeEnvelope(envelope: RelayEnvelope): Bytes {
  const steps: WireSteps = (sink) => writeEnvelope(sink, envelope);
  return writeWire(sizeOfWire(steps), steps);
}

/** Field numbers (envelope.proto). */
const FIELD = {
  type: 1,
  clientTimestamp: 5,
  sourceDevice: 7,
  content: 8,
  serverTimestamp: 10,
  urgent: 14,
  story: 16,
  source: 19,
  destination: 20,
  guid: 21,
  updatedPni: 22,
} as const;

/** By number, as they are written everywhere. */
function writeEnvelope(sink: WireSink, envelope: RelayEnvelope): void {
  const { source, content, story, updatedPni } = envelope;
  sink.number(FIELD.type, envelope.type);
  sink.number(FIELD.clientTimestamp, envelope.clientTimestamp);
  if (source !== undefined) sink.number(FIELD.sourceDevice, source.device);
  if (content !== undefined) sink.bytes(FIELD.content, content);
  sink.number(FIELD.serverTimestamp, envelope.serverTimestamp);
  sink.number(FIELD.urgent, Number(envelope.urgent));
  if (story === true) sink.number(FIELD.story, 1);
  if (source !== undefined) sink.bytes(FIELD.source, source.aci);
  sink.bytes(FIELD.destination, envelope.destination);
  sink.bytes(FIELD.guid, envelope.guid);
  if (updatedPni !== undefined) sink.bytes(FIELD.updatedPni, updatedPni);
}

/**
 * Whether an envelope names its sender, or is a story: most do and are neither. Finds these two fields and reads nothing
 * else, so that it is an envelope at all is not known afterwards.
 */
export function hasSenderOrStory(bytes: Uint8Array): boolean {
  const reader = new WireReader(bytes);
  while (reader.left > 0) {
    const tag = reader.number();
    if (tag >> 3 === FIELD.source || tag >> 3 === FIELD.story) return true;
    if ((tag & 7) === 0) reader.number();
    else if ((tag & 7) === 2) reader.bytes();
    else return true;
  }
  return reader.odd;
}

/** Parse an envelope. Throws ProtocolError. */
export function decodeEnvelope(bytes: Uint8Array): RelayEnvelope {
  if (bytes.length > MAX_FRAME_BYTES) throw new ProtocolError('too-large', 'an envelope fits a frame');
  const message = decode(bytes);
  const type = TYPES.get(message.type);
  if (type === undefined) throw malformed('type');
  if (message.serverGuid.length !== SERVER_GUID_BYTES) throw malformed('server_guid');
  if (!isCompactId(message.destinationServiceId)) throw malformed('destination_service_id');
  const hasContent = Object.hasOwn(message, 'content');
  if (message.content.length > MAX_MESSAGE_BYTES) throw new ProtocolError('too-large', 'content', 'content');
  return {
    type,
    clientTimestamp: toTime(message.clientTimestamp, 'client_timestamp'),
    serverTimestamp: toTime(message.serverTimestamp, 'server_timestamp'),
    guid: asBytes(message.serverGuid),
    destination: asBytes(message.destinationServiceId),
    urgent: message.urgent,
    ...(message.story && { story: true as const }),
    ...sourceOf(message),
    ...(hasContent ? { content: asBytes(message.content) } : {}),
    ...updatedPniOf(message),
  };
}

/** An ACI is its bare UUID here, which the form of fixed width is not (signal-service §0). */
function isCompactId(bytes: Uint8Array): boolean {
  return bytes.length === ACI_BYTES || (bytes.length === SERVICE_ID_BYTES && bytes[0] === PNI_BYTE);
}

function updatedPniOf(message: { updatedPni: Uint8Array }): Pick<RelayEnvelope, 'updatedPni'> {
  if (!Object.hasOwn(message, 'updatedPni')) return {};
  if (message.updatedPni.length !== ACI_BYTES) throw malformed('updated_pni');
  return { updatedPni: asBytes(message.updatedPni) };
}

function sourceOf(message: {
  sourceServiceId: Uint8Array;
  sourceDevice: number;
}): Pick<RelayEnvelope, 'source'> {
  if (!Object.hasOwn(message, 'sourceServiceId')) return {};
  const { sourceServiceId, sourceDevice } = message;
  if (!isCompactId(sourceServiceId)) throw malformed('source_service_id');
  if (sourceDevice < 1 || sourceDevice > MAX_DEVICE_ID) throw malformed('source_device');
  return { source: { aci: asBytes(sourceServiceId), device: sourceDevice } };
}

const TYPES: ReadonlyMap<number, EnvelopeType> = new Map(
  Object.values(ENVELOPE_TYPE).map((type) => [type, type]),
);

/** Narrow a number from outside to an envelope type. */
export function toEnvelopeType(value: number): EnvelopeType | undefined {
  return TYPES.get(value);
}

function decode(bytes: Uint8Array) {
  try {
    return fromBinary(EnvelopeSchema, bytes);
  } catch {
    throw new ProtocolError('malformed', 'not an envelope');
  }
}

function toTime(value: bigint, field: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(field);
  return Number(value);
}

function malformed(field: string): ProtocolError {
  return new ProtocolError('malformed', 'an envelope lacks a part or has a wrong one', field);
}
