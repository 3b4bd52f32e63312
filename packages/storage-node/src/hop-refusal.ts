import { type Bytes, toHex, utf8 } from '@sotto/bytes';
import { ONION_TEXT } from '@sotto/protocol';
import { type HttpReply, textReply } from './http/reply.ts';

const NOT_READY = utf8(ONION_TEXT.notReady);

/**
 * What the node with this Ed25519 key says back to another hop. A refusal without a name would be laid on the guard,
 * which only passes it on: clients strike the node that a 503 names (session-protocol §2.4). What a hop behind this one
 * or a server says stays as it is.
 */
export function asHop(reply: HttpReply, key: Bytes): HttpReply {
  if (reply.status !== 503 || !startsWith(reply.body, NOT_READY)) return reply;
  return textReply(503, `${ONION_TEXT.hopNotReady}${toHex(key)}`);
}

function startsWith(bytes: Bytes, start: Bytes): boolean {
  return Buffer.compare(bytes.subarray(0, start.length), start) === 0;
}
