import { type Bytes, equalBytes } from '@sotto/bytes';
import type { ChunkToFetch, FetchChunkOutcome } from '@sotto/client';
import { blake2b, ed25519Sign } from '@sotto/crypto';
import {
  type ClientRequest,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  parseRetrieveReply,
  retrieveText,
  STORAGE_STATUS,
} from '@sotto/protocol';
import { BUSY_PAUSE } from '../limits.ts';
import { type Members, readQuorum, Tour } from '../members.ts';
import { parseBody } from '../parse-body.ts';
import { purposeOf } from './chunk-box.ts';

/**
 * Ask one member after the other until one gives the very chunk. A member that gives another is a liar or damaged, and
 * is asked last for a while; that there is none is believed when so many say so that a durable one would have been seen.
 */
export async function fetchChunk(members: Members, chunk: ChunkToFetch): Promise<FetchChunkOutcome> {
  const { mailbox, lane } = chunk;
  const tour = new Tour(members, { key: mailbox, purpose: purposeOf(lane) });
  let [without, busy] = [0, false];
  for (let node = tour.next(); node; node = tour.next()) {
    const reply = await tour.ask(node, (now) => requestFor(chunk, now));
    if (reply.outcome === 'busy') busy = true;
    if (reply.outcome !== 'answered') continue;
    if (reply.status !== STORAGE_STATUS.ok) {
      if (reply.status >= 500 || reply.status === 429) busy = true;
      // Clocks can be set right.
      else if (reply.status !== STORAGE_STATUS.clock) without++;
      continue;
    }
    const messages = parseBody(reply.body, parseRetrieveReply)?.messages;
    const data = messages?.find((message) => isWanted(chunk, message.data))?.data;
    if (data !== undefined) return { outcome: 'found', data };
    if (messages?.length === 0) without++;
    else members.avoid(node);
  }
  const count = members.count(mailbox);
  if (count > 0 && without >= readQuorum(count)) return { outcome: 'missing' };
  if (busy) return { outcome: 'busy', retryAfter: BUSY_PAUSE };
  void members.lookForList();
  return { outcome: 'unreachable' };
}

function requestFor({ mailbox, namespace, permit }: ChunkToFetch, now: number): ClientRequest {
  const { token, signature, secret } = permit;
  return {
    method: 'retrieve',
    mailbox,
    namespace,
    maxCount: 1,
    auth: {
      signature: ed25519Sign(secret, retrieveText(namespace, now)),
      signedAt: now,
      subaccount: { token, signature },
    },
  };
}

/** The hash is made anew: what a node calls its message says nothing. */
function isWanted({ mailbox, namespace, hash }: ChunkToFetch, data: Bytes): boolean {
  return equalBytes(hash, blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
}
