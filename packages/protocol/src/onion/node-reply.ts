import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
import { formatJson, parseJson } from '../json.ts';
import { MAX_REPLY_BYTES } from './constants.ts';

/** What a storage node answers, before its answer is sealed (reference: session-protocol §2.4). */
export interface NodeReply {
  readonly status: number;
  /** UTF-8: a JSON object, or a plain text, which never begins with a brace. */
  readonly body: Bytes;
}

const BRACE = 0x7b;
const reply = z.object({ status: z.int().min(100).max(599), body: z.unknown() });

/** `{"body":…,"status":…}`. A JSON body is written as its text unless `json`. The body must be UTF-8. */
export function encodeNodeReply({ status, body }: NodeReply, json: boolean): Bytes {
  const text = fromUtf8(body);
  const written = json && body[0] === BRACE ? text : JSON.stringify(text);
  return utf8(`{"body":${written},"status":${status}}`);
}

/** Throws ProtocolError: `too-large`, `bad-json` or `bad-body`. */
export function decodeNodeReply(bytes: Uint8Array): NodeReply {
  const read = reply.safeParse(parseJson(bytes, MAX_REPLY_BYTES));
  if (!read.success || read.data.body === undefined)
    throw new ProtocolError('bad-body', 'not a reply of a node');
  const { status, body } = read.data;
  return { status, body: typeof body === 'string' ? utf8(body) : formatJson(body) };
}
