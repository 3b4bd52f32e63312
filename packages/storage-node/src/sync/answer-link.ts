import { TokenBuckets } from '@sotto/limits';
import { SYNC_RATE } from '../constants.ts';
import { bytesReply, type HttpReply, textReply } from '../http/reply.ts';
import { LINK_PATH } from '../link/paths.ts';
import { answerSync, type SyncSource } from './answer-sync.ts';
import { type Gifts, receiveGifts } from './receive-gifts.ts';
import { decodeSyncRequest } from './sync-wire.ts';

export interface SyncDoor {
  readonly source: SyncSource;
  readonly gifts: Gifts;
  /** Whether the node with this key (hex) keeps the same mailboxes by the newest directory. */
  isMember(key: string): boolean;
  /** Milliseconds. */
  now(): number;
}

/** `key`: of the node at the other end, in hex. */
export type SyncAnswers = (path: string, body: Uint8Array, key: string) => Promise<HttpReply>;

/**
 * What other nodes are answered over their links: members of the own swarm, what they ask for what they lack; any
 * node, what it offers of mailboxes that are kept here.
 */
export function createSyncAnswers(
  door: SyncDoor,
): (path: string, body: Uint8Array, key: string) => Promise<HttpReply> {
  const rate = new TokenBuckets(SYNC_RATE);
  return async (path, body, key) => {
    if (path === LINK_PATH.sync && !door.isMember(key))
      return textReply(403, 'this is no member of the swarm');
    if (rate.take(key, door.now()).outcome === 'empty') return textReply(429, 'too many questions');
    const request = decodeSyncRequest(body);
    if (request === undefined) return textReply(400, 'this is no question');
    const isGift = request.kind === 'offer' || request.kind === 'give';
    if (isGift !== (path === LINK_PATH.push)) return textReply(400, 'this is no place for that');
    const answer = isGift ? await receiveGifts(door.gifts, request) : await answerSync(door.source, request);
    return bytesReply(200, answer);
  };
}
