import { type Bytes, utf8 } from '@sotto/bytes';
import { MAX_REPLY_BYTES, type NodeReply } from '@sotto/protocol';
import { SEALS_BYTES } from '../constants.ts';

/**
 * A reply as the client gets it through its path. One that no hop would carry becomes a refusal: the hop
 * before would drop it, and the client would blame the path for what it asked.
 */
export function sealReply(seal: (reply: NodeReply) => Bytes, reply: NodeReply): Bytes {
  const sealed = seal(reply);
  if (sealed.length <= MAX_REPLY_BYTES - SEALS_BYTES) return sealed;
  return seal({ status: 400, body: utf8('the reply would be too long: ask for less') });
}
