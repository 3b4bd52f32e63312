import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { WebSocketMessage_Type, WebSocketMessageSchema } from '../generated/websocket_pb.ts';
import { MAX_FRAME_BYTES, MAX_HEADER_BYTES, MAX_HEADERS } from './constants.ts';

/** Header values by lower-case name; the last of a repeated header counts. */
export type Headers = ReadonlyMap<string, string>;

/** One side asks. Without `id` no answer is wanted; 0 is an ID like any other. */
export interface RequestFrame {
  readonly kind: 'request';
  readonly id?: bigint;
  /** The HTTP verb as it came: whoever answers knows which there are. */
  readonly verb: string;
  /** Path and query, beginning with `/`; else as it came. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: Bytes;
}

/** The other side answers. */
export interface ResponseFrame {
  readonly kind: 'response';
  readonly id: bigint;
  readonly status: number;
  /** The HTTP reason phrase. */
  readonly message: string;
  readonly headers: Headers;
  readonly body?: Bytes;
}

export type Frame = RequestFrame | ResponseFrame;

export const NO_HEADERS: Headers = new Map();

/**
 * Serialize a frame as one binary WebSocket message. Throws `too-large` beyond the protocol's limit. Field by field
 * and not by the schema, since every message that passes a relay is four frames.
 */
export function encodeFrame(frame: Frame): Bytes {
  const part = frame.kind === 'request' ? writeRequest(frame) : writeResponse(frame);
  const isRequest = frame.kind === 'request';
  const bytes = new BinaryWriter()
    .tag(FIELD.type, WireType.Varint)
    .int32(isRequest ? WebSocketMessage_Type.REQUEST : WebSocketMessage_Type.RESPONSE)
    .tag(isRequest ? FIELD.request : FIELD.response, WireType.LengthDelimited)
    .bytes(part.finish())
    .finish();
  if (bytes.length > MAX_FRAME_BYTES) throw new ProtocolError('too-large', 'a frame has at most 512 KiB');
  return asBytes(bytes);
}

/** Field numbers of `WebSocketMessage` and its two parts (websocket.proto). */
const FIELD = { type: 1, request: 2, response: 3 } as const;
const REQUEST_FIELD = { verb: 1, path: 2, body: 3, id: 4, headers: 5 } as const;
const RESPONSE_FIELD = { id: 1, status: 2, message: 3, body: 4, headers: 5 } as const;

function writeRequest({ verb, path, body, id, headers }: RequestFrame): BinaryWriter {
  const writer = new BinaryWriter();
  writer.tag(REQUEST_FIELD.verb, WireType.LengthDelimited).string(verb);
  writer.tag(REQUEST_FIELD.path, WireType.LengthDelimited).string(path);
  if (body !== undefined) writer.tag(REQUEST_FIELD.body, WireType.LengthDelimited).bytes(body);
  if (id !== undefined) writer.tag(REQUEST_FIELD.id, WireType.Varint).uint64(id);
  return writeHeaders(writer, REQUEST_FIELD.headers, headers);
}

function writeResponse({ id, status, message, body, headers }: ResponseFrame): BinaryWriter {
  const writer = new BinaryWriter();
  writer.tag(RESPONSE_FIELD.id, WireType.Varint).uint64(id);
  writer.tag(RESPONSE_FIELD.status, WireType.Varint).uint32(status);
  writer.tag(RESPONSE_FIELD.message, WireType.LengthDelimited).string(message);
  if (body !== undefined) writer.tag(RESPONSE_FIELD.body, WireType.LengthDelimited).bytes(body);
  return writeHeaders(writer, RESPONSE_FIELD.headers, headers);
}

function writeHeaders(writer: BinaryWriter, field: number, headers: Headers): BinaryWriter {
  for (const [name, value] of headers) {
    writer.tag(field, WireType.LengthDelimited).string(`${name}:${value}`);
  }
  return writer;
}

/**
 * Parse one binary WebSocket message (reference: signal-service §1.2).
 * Throws ProtocolError: `too-large`, or `malformed` for what the server must close with 1007. A verb,
 * path or header that means nothing is no such thing: the request has an answer of its own.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_FRAME_BYTES) throw new ProtocolError('too-large', 'a frame has at most 512 KiB');
  const message = decode(bytes);
  if (message.type === WebSocketMessage_Type.REQUEST && message.request !== undefined) {
    const request = message.request;
    return {
      kind: 'request',
      verb: request.verb,
      path: request.path.startsWith('/') ? request.path : `/${request.path}`,
      headers: parseHeaders(request.headers),
      ...(hasOwn(request, 'id') ? { id: request.id } : {}),
      ...(hasOwn(request, 'body') ? { body: asBytes(request.body) } : {}),
    };
  }
  if (message.type === WebSocketMessage_Type.RESPONSE && message.response !== undefined) {
    const response = message.response;
    if (!hasOwn(response, 'id')) throw malformed('id');
    if (response.status < 100 || response.status > 999) throw malformed('status');
    return {
      kind: 'response',
      id: response.id,
      status: response.status,
      message: response.message.slice(0, 256),
      headers: parseHeaders(response.headers),
      ...(hasOwn(response, 'body') ? { body: asBytes(response.body) } : {}),
    };
  }
  throw malformed('type');
}

/** A frame's own fields are nine; headers and what later versions add need the rest. */
const MAX_FIELDS = MAX_HEADERS + 32;

function decode(bytes: Uint8Array) {
  try {
    if (countFields(bytes) > MAX_FIELDS) throw malformed('headers');
    return fromBinary(WebSocketMessageSchema, bytes);
  } catch {
    throw new ProtocolError('malformed', 'not a frame of the service protocol');
  }
}

/**
 * Fields of a frame and of its parts, as far as they matter. Decoding makes an object of each, and half
 * a mebibyte has room for a quarter million empty ones.
 */
function countFields(bytes: Uint8Array, inside = false): number {
  const reader = new BinaryReader(bytes);
  let count = 0;
  while (reader.pos < reader.len && count <= MAX_FIELDS) {
    const [field, type] = reader.tag();
    count += 1;
    const isPart = !inside && (field === 2 || field === 3) && type === WireType.LengthDelimited;
    if (isPart) count += countFields(reader.bytes(), true);
    else reader.skip(type, field);
  }
  return count;
}

/** Header lines as Signal writes them: `name:value`, white space around the value optional. Others are skipped. */
function parseHeaders(lines: readonly string[]): Headers {
  if (lines.length > MAX_HEADERS) throw malformed('headers');
  const headers = new Map<string, string>();
  let length = 0;
  for (const line of lines) {
    length += line.length;
    if (length > MAX_HEADER_BYTES) throw malformed('headers');
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** Presence of a proto2 field: absent ones live on the prototype. */
function hasOwn(message: object, field: string): boolean {
  return Object.hasOwn(message, field);
}

function malformed(field: string): ProtocolError {
  return new ProtocolError('malformed', 'a frame lacks a part or has a wrong one', field);
}
