import { concatBytes, toHex, utf8 } from '@sotto/bytes';
import { checkWork } from '@sotto/crypto';
import { namespaceRules, STORE_WORK, type StoreRequest } from '@sotto/protocol';
import { BOX_QUOTA, STORE_PRICE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import type { NewMessage } from '../store/messages.ts';
import { poolOf } from '../store/room.ts';
import type { MemberEntry } from './ask-swarm.ts';
import { storePrice } from './store-price.ts';

/**
 * Whether a store that is well formed is taken for nothing, or for the work that came with it. Every member judges for
 * itself, since each is as full as it is. `undefined` when it is taken, else this member's entry.
 *
 * Work is for what somebody could do to a node or to a mailbox with keys and addresses that cost nothing: fill the
 * disk under keys whose owners never came on an earlier day, and fill an inbox that anybody may write to.
 */
export function admitStore(
  context: NodeContext,
  request: StoreRequest,
  hash: string,
): MemberEntry | undefined {
  const { store, events, now } = context;
  const { mailbox, namespace, data, work } = request;
  // The same again takes no room, and whoever repeats it has not heard that it is there.
  if (store.messages.has({ mailbox, namespace, hash }, now())) return undefined;
  const ttl = request.expiry - request.timestamp;
  const bits = storePrice({ bytes: data.length, ttl }, fullnessFor(context, request));
  if (bits === 0) return undefined;
  const target = concatBytes(mailbox, utf8(hash));
  const isPaid =
    work !== undefined && checkWork({ work, purpose: STORE_WORK, target, bits, now: now() }).outcome === 'ok';
  if (isPaid) return undefined;
  events.count('work-asked');
  return { failed: true, code: 429, reason: `proof of work of ${bits} bits is asked for`, work_bits: bits };
}

/**
 * The same for what another node pushes, with which no work comes: taken while it would be for nothing. How fast it
 * comes says nothing, for it may be what came there in days.
 */
export function admitPushed(context: NodeContext, message: NewMessage): boolean {
  const { store, events, now } = context;
  const { expiry, timestamp, data } = message;
  if (store.messages.has(message, now())) return true;
  const size = { bytes: data.length, ttl: expiry - timestamp };
  if (storePrice(size, fullnessOf(context, message)) === 0) return true;
  events.count('work-asked');
  return false;
}

/** Of whatever limit is nearest, of those that strangers could use up: how much is used. */
function fullnessFor(context: NodeContext, request: StoreRequest): number {
  const { mailboxRate, now } = context;
  const { mailbox, namespace } = request;
  const full = fullnessOf(context, request);
  if (!namespaceRules(namespace).openStore) return full;
  return mailboxRate.take(toHex(mailbox), now()).outcome === 'empty' ? Math.max(full, HURRIED) : full;
}

function fullnessOf({ store, now }: NodeContext, { mailbox, namespace }: Box): number {
  const ofNode = store.knownOwners.isKnown(mailbox, now()) ? 0 : store.room.fullness(poolOf(namespace));
  if (!namespaceRules(namespace).openStore) return ofNode;
  const { messages, bytes } = store.messages.sizeOf({ mailbox, namespace });
  const ofBox = Math.max(messages / BOX_QUOTA.messages, bytes / BOX_QUOTA.bytes);
  return Math.max(ofNode, ofBox);
}

type Box = Pick<StoreRequest, 'mailbox' | 'namespace'>;

/** Who is written to faster than people write is asked about as much as where a quarter of the room is left. */
const HURRIED = (1 + STORE_PRICE.free) / 2;
