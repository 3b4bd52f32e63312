import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { WebSocketMessage_Type, WebSocketMessageSchema } from '../generated/websocket_pb.ts';
import { MAX_FRAME_BYTES, MAX_HEADER_BYTES, MAX_HEADERS } from './constants.ts';
import {
  FRAME_FIELD,
  type FrameParts,
  REQUEST_FIELD,
  RESPONSE_FIELD,
  readPlainFrame,
} from './plain-frame.ts';
import { sizeOfWire, type WireSink, type WireSteps, writeWire } from './wire-sink.ts';

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

/** Serialize a frame as one binary WebSocket message. Throws `too-large` beyond the protocol's limit. */
export function encodeFrame(frame: Frame): Bytes {
  const lines = Array.from(frame.headers, ([name, value]) => `${name}:${value}`);
  const part: WireSteps =
    frame.kind === 'request'
      ? (sink) => writeRequest(sink, frame, lines)
      : (sink) => writeResponse(sink, frame, lines);
  const length = sizeOfWire(part);
  const start: WireSteps = (sink) => {
    sink.number(FRAME_FIELD.type, TYPE[frame.kind]);
    sink.open(FRAME_FIELD[frame.kind], length);
  };
  const size = sizeOfWire(start) + length;
  if (size > MAX_FRAME_BYTES) throw new ProtocolError('too-large', 'a frame has at most 512 KiB');
  return writeWire(size, start, part);
}

const TYPE = { request: WebSocketMessage_Type.REQUEST, response: WebSocketMessage_Type.RESPONSE } as const;

function writeRequest(
  sink: WireSink,
  { verb, path, body, id }: RequestFrame,
  headers: readonly string[],
): void {
  sink.text(REQUEST_FIELD.verb, verb);
  sink.text(REQUEST_FIELD.path, path);
  if (body !== undefined) sink.bytes(REQUEST_FIELD.body, body);
  if (id !== undefined) sink.number(REQUEST_FIELD.id, id);
  for (const line of headers) sink.text(REQUEST_FIELD.headers, line);
}

function writeResponse(
  sink: WireSink,
  { id, status, message, body }: ResponseFrame,
  headers: readonly string[],
): void {
  sink.number(RESPONSE_FIELD.id, id);
  sink.number(RESPONSE_FIELD.status, status);
  sink.text(RESPONSE_FIELD.message, message);
  if (body !== undefined) sink.bytes(RESPONSE_FIELD.body, body);
  for (const line of headers) sink.text(RESPONSE_FIELD.headers, line);
}

/**
 * Parse one binary WebSocket message (reference: signal-service §1.2).
 * Throws ProtocolError: `too-large`, or `malformed` for what the server must close with 1007. A verb,
 * path or header that means nothing is no such thing: the request has an answer of its own.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > MAX_FRAME_BYTES) throw new ProtocolError('too-large', 'a frame has at most 512 KiB');
  const { kind, verb, path, id, status, message, body, lines } = readPlainFrame(bytes) ?? readFrame(bytes);
  const headers = parseHeaders(lines);
  const rest = { headers, ...(body !== undefined && { body: asBytes(body) }) };
  if (kind === 'request') {
    const whole = path.startsWith('/') ? path : `/${path}`;
    return { kind, verb, path: whole, ...rest, ...(id !== undefined && { id }) };
  }
  if (id === undefined) throw malformed('id');
  if (status < 100 || status > 999) throw malformed('status');
  return { kind, id, status, message: message.slice(0, 256), ...rest };
}

/** Whatever the schema allows. */
function readFrame(bytes: Uint8Array): FrameParts {
  const { type, request, response } = decode(bytes);
  const none = { verb: '', path: '', status: 0, message: '' };
  if (type === WebSocketMessage_Type.REQUEST && request !== undefined) {
    const { verb, path, headers } = request;
    return { ...none, ...presentOf(request), kind: 'request', verb, path, lines: headers };
  }
  if (type === WebSocketMessage_Type.RESPONSE && response !== undefined) {
    const { status, message, headers } = response;
    return { ...none, ...presentOf(response), kind: 'response', status, message, lines: headers };
  }
  throw malformed('type');
}

/** Absent fields of proto2 live on the prototype. */
function presentOf(part: { id: bigint; body: Uint8Array }): Pick<FrameParts, 'id' | 'body'> {
  const has = (field: string): boolean => Object.hasOwn(part, field);
  return { ...(has('id') && { id: part.id }), ...(has('body') && { body: part.body }) };
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
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '') headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

function malformed(field: string): ProtocolError {
  return new ProtocolError('malformed', 'a frame lacks a part or has a wrong one', field);
}
