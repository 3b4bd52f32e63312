import { observe, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import {
  FORWARDED_SIGNATURE_TOLERANCE,
  MESSAGE_HASH_BYTES,
  MIN_TTL,
  messageHashInput,
  messageHashText,
  namespaceRules,
  SIGNATURE_TOLERANCE,
  STORE_TOLERANCE,
  type StoreRequest,
} from '@sotto/protocol';
import { FORWARDED_STORE_TOLERANCE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import type { PutOutcome } from '../store/messages.ts';
import { admitStore } from './admit-store.ts';
import { askSwarm, type MemberEntry } from './ask-swarm.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { storeClaim } from './claims.ts';
import { FULL_ENTRY, type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';
import { timeGiven } from './run-operation.ts';
import { deletedSince, entriesOf, joined } from './store-anew.ts';

/** `store`: keep a message here and at the other members (session-protocol §3.4, §3.6). */
export async function storeMessage(
  context: NodeContext,
  request: StoreRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const now = context.now();
  const refusal = checkStore(context, request, caller);
  if (refusal !== undefined) return refusal;
  const { mailbox, namespace, data } = request;
  const hash = messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
  const ask = (at: number): Promise<RpcReply> =>
    askSwarm(context, { request, at }, caller, async () => {
      const entry = await storeHere(context, request, { hash, at });
      return caller.forwarded ? entry : { ...entry, t: now };
    });
  const at = timeGiven(caller, now) ?? context.store.messages.timeFor({ mailbox, hash }, now);
  const first = await ask(at);
  if (caller.forwarded) return first;
  const since = deletedSince(first, now);
  const reply = since < at ? first : joined(first, await ask(since + 1));
  const isStored = entriesOf(reply)[toHex(context.keys.ed25519)]?.['hash'] !== undefined;
  return isStored ? { ...reply, body: { ...(reply.body as object), hash } } : reply;
}

function checkStore(context: NodeContext, request: StoreRequest, caller: RpcCaller): RpcReply | undefined {
  const now = context.now();
  const { namespace, timestamp, expiry, auth } = request;
  const rules = namespaceRules(namespace);
  const ttl = expiry - timestamp;
  if (ttl < MIN_TTL || ttl > rules.maxTtl) return refuse(403, 'Provided expiry/TTL is not valid.');
  const tolerance = caller.forwarded ? FORWARDED_STORE_TOLERANCE : STORE_TOLERANCE;
  if (timestamp > now + tolerance || expiry < now - tolerance) {
    return refuse(406, 'Timestamp error: check your clock');
  }
  if (rules.openStore) return undefined;
  if (auth === undefined) {
    return refuse(401, `store: signature required to store to namespace ${namespace}`);
  }
  const signatureTolerance = caller.forwarded ? FORWARDED_SIGNATURE_TOLERANCE : SIGNATURE_TOLERANCE;
  if (Math.abs(auth.signedAt - now) > signatureTolerance) {
    return refuse(406, 'store signature timestamp too far from current time');
  }
  if (isAllowed(storeClaim(request, auth, auth.signedAt), revokedNow(context))) return undefined;
  return refuse(401, 'store signature verification failed');
}

async function storeHere(
  context: NodeContext,
  request: StoreRequest,
  { hash, at }: { readonly hash: string; readonly at: number },
): Promise<MemberEntry> {
  const { store, waiters, events, keys, now } = context;
  const { mailbox, namespace, data, timestamp, expiry, auth } = request;
  const { openStore, outbox } = namespaceRules(namespace);
  const asksForWork = admitStore(context, request, hash);
  if (asksForWork !== undefined) return asksForWork;
  // In an inbox a signature is not looked at, so it proves nothing.
  const { signedAt = 0, ...evidence } = (openStore ? undefined : auth) ?? {};
  const message = { mailbox, namespace, hash, data, timestamp, expiry, signedAt, outbox, at };
  observe('keep', 'before');
  const proved = 'signature' in evidence ? { ...message, evidence } : message;
  const put = await store.write(() => store.messages.put(proved, now()), data.length);
  observe('keep', 'after');
  if (!('expiry' in put)) return refusalOf(put, context);
  if (put.outcome === 'stored') {
    events.count('message-stored');
    if (outbox) store.eraseSoon();
    waiters.wake(request, message);
  }
  return {
    hash,
    signature: toBase64(keys.sign(utf8(hash))),
    ...(put.outcome === 'already' ? { already: true } : {}),
    expiry: put.expiry,
  };
}

function refusalOf(
  put: Exclude<PutOutcome, { readonly expiry: number }>,
  { events }: NodeContext,
): MemberEntry {
  const { outcome } = put;
  if (outcome === 'outdated') return { failed: true, code: 409, reason: 'a newer message is stored' };
  if (outcome === 'deleted') {
    return { failed: true, code: 409, reason: 'its owner has deleted it since', deleted_at: put.since };
  }
  events.count(outcome);
  return outcome === 'box-full' ? { failed: true, code: 507, reason: 'this mailbox is full' } : FULL_ENTRY;
}
