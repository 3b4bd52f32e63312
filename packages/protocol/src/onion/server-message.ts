import { type Bytes, BytesError, decodeBencodedList, encodeBencodedList } from '@sotto/bytes';
import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
import { formatJson, MAX_HEAD_VALUES, parseJson } from '../json.ts';
import { MAX_REQUEST_BYTES } from '../storage/constants.ts';
import { MAX_REPLY_BYTES } from './constants.ts';
import { fillWithSpaces, paddedSize } from './padding.ts';

/**
 * Requests to servers behind the onion network and their answers, form v4 (reference: session-protocol
 * §2.5): a bencoded list of a JSON head and a raw body. What is ours stands in the head, where only the
 * server can read it: `t` and `pad` (docs/spec/onion.md).
 */

/** One HTTP request to a server. */
export interface ServerRequest {
  readonly method: string;
  /** Begins with `/`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Present for POST and PUT, absent for GET and DELETE. */
  readonly body?: Bytes;
}

export interface ServerReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
}

/** What the network is to do with a request, and does not tell the server's program. */
export interface ServerRequestTerms {
  /** Unix minutes; absent from original clients. */
  readonly minute?: number;
  /** Fill the answer as the request was filled. */
  readonly pad: boolean;
}

const MAX_PATH = 2_048;
const MAX_HEADERS = 64;
const MAX_HEADER_BYTES = 8_192;

const headers = z
  .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/), z.string().max(MAX_HEADER_BYTES))
  .transform((all) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])),
  )
  .refine((all) => {
    const entries = Object.entries(all);
    const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    const lines = entries.every(([, value]) => !/[\r\n\0]/.test(value));
    return entries.length <= MAX_HEADERS && size <= MAX_HEADER_BYTES && lines;
  });

const requestHead = z.object({
  method: z.string().regex(/^[A-Z]{1,16}$/),
  endpoint: z
    .string()
    .max(MAX_PATH)
    .regex(/^\/[!-~]*$/),
  headers: z.preprocess((value) => value ?? {}, headers),
  t: z.int().min(0).optional(),
  pad: z.boolean().default(false),
});

const replyHead = z.object({
  code: z.int().min(100).max(599),
  headers: z.preprocess((value) => value ?? {}, headers),
});

export function encodeServerRequest(request: ServerRequest, { minute, pad }: ServerRequestTerms): Bytes {
  const { method, endpoint, headers: named, body } = request;
  const age = minute === undefined ? {} : { t: minute };
  const head = formatJson({ method, endpoint, headers: named, ...age, ...(pad ? { pad } : {}) });
  return encodeList(head, body === undefined ? [] : [body], pad);
}

/** Throws ProtocolError: `too-large`, `malformed`, `bad-json` or `bad-body`. */
export function decodeServerRequest(bytes: Uint8Array): {
  readonly request: ServerRequest;
  readonly terms: ServerRequestTerms;
} {
  if (bytes.length > MAX_REQUEST_BYTES) throw new ProtocolError('too-large', 'longer than any request');
  const { head, body } = decodeList(bytes);
  const { method, endpoint, headers: named, t, pad } = readHead(requestHead, head, MAX_REQUEST_BYTES);
  const request = { method, endpoint, headers: named, ...(body === undefined ? {} : { body }) };
  return { request, terms: { pad, ...(t === undefined ? {} : { minute: t }) } };
}

export function encodeServerReply({ status, headers: named, body }: ServerReply, pad: boolean): Bytes {
  return encodeList(formatJson({ code: status, headers: named }), [body], pad);
}

/** Throws ProtocolError: `too-large`, `malformed`, `bad-json` or `bad-body`. */
export function decodeServerReply(bytes: Uint8Array): ServerReply {
  if (bytes.length > MAX_REPLY_BYTES) throw new ProtocolError('too-large', 'longer than any reply');
  const { head, body } = decodeList(bytes);
  if (body === undefined) throw new ProtocolError('malformed', 'a reply of a server has a body');
  const { code, headers: named } = readHead(replyHead, head, MAX_REPLY_BYTES);
  return { status: code, headers: named, body };
}

function encodeList(head: Bytes, body: readonly Bytes[], pad: boolean): Bytes {
  const plain = encodeBencodedList([head, ...body]);
  return pad ? encodeBencodedList([fillHead(head, plain.length), ...body]) : plain;
}

/**
 * Spaces behind the head until the list has one of the padded sizes. The head's length is written in
 * decimal before it, so one size in thousands cannot be met exactly; the next larger one is taken then.
 */
function fillHead(head: Bytes, listLength: number): Bytes {
  const others = listLength - head.length - digits(head.length);
  for (let size = paddedSize(listLength); ; size = paddedSize(size + 1)) {
    const room = size - others;
    for (const length of [room - digits(room), room - digits(room) + 1]) {
      if (length >= head.length && length + digits(length) === room) return fillWithSpaces(head, length);
    }
  }
}

function digits(length: number): number {
  return String(length).length;
}

function decodeList(bytes: Uint8Array): { readonly head: Bytes; readonly body: Bytes | undefined } {
  try {
    const [head, body] = decodeBencodedList(bytes, 2);
    if (head !== undefined) return { head, body };
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
  }
  throw new ProtocolError('malformed', 'not a list of a head and a body');
}

function readHead<Schema extends z.ZodType>(schema: Schema, head: Bytes, most: number): z.output<Schema> {
  const read = schema.safeParse(parseJson(head, most, MAX_HEAD_VALUES));
  if (read.success) return read.data;
  throw new ProtocolError('bad-body', 'not the head of a request or reply');
}
