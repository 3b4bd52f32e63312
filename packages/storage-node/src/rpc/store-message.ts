import { observe, toBase64, utf8 } from '@sotto/bytes';
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
  storeText,
} from '@sotto/protocol';
import { FORWARDED_STORE_TOLERANCE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import type { PutOutcome } from '../store/messages.ts';
import { askSwarm, type MemberEntry } from './ask-swarm.ts';
import { isOwner } from './authenticate.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';

/** `store`: keep a message here and at the other members (session-protocol §3.4, §3.6). */
export async function storeMessage(
  context: NodeContext,
  request: StoreRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const now = context.now();
  const refusal = checkStore(request, caller, now);
  if (refusal !== undefined) return refusal;
  const { mailbox, namespace, data } = request;
  const hash = messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
  let stored = false;
  const reply = await askSwarm(context, request, caller, async () => {
    const entry = await storeHere(context, request, hash);
    stored = entry['hash'] !== undefined;
    return caller.forwarded ? entry : { ...entry, t: now };
  });
  if (!stored || caller.forwarded || typeof reply.body === 'string') return reply;
  return { ...reply, body: { ...reply.body, hash } };
}

function checkStore(request: StoreRequest, caller: RpcCaller, now: number): RpcReply | undefined {
  const { mailbox, namespace, timestamp, expiry, auth } = request;
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
  if (isOwner(mailbox, auth, storeText(namespace, auth.signedAt))) return undefined;
  return refuse(401, 'store signature verification failed');
}

async function storeHere(context: NodeContext, request: StoreRequest, hash: string): Promise<MemberEntry> {
  const { store, waiters, events, keys, now } = context;
  const { mailbox, namespace, data, timestamp, expiry, auth } = request;
  const { openStore, outbox } = namespaceRules(namespace);
  // In an inbox a signature is not looked at, so its time proves nothing.
  const signedAt = openStore ? 0 : (auth?.signedAt ?? 0);
  const message = { mailbox, namespace, hash, data, timestamp, expiry, signedAt, outbox };
  observe('keep', 'before');
  const put = await store.write(() => store.messages.put(message, now()), data.length);
  observe('keep', 'after');
  if (!('expiry' in put)) return refusalOf(put, context);
  if (put.outcome === 'stored') {
    events.count('message-stored');
    if (outbox) store.eraseSoon();
    waiters.wake(request);
  }
  return {
    hash,
    signature: toBase64(keys.sign(utf8(hash))),
    ...(put.outcome === 'already' ? { already: true } : {}),
    expiry: put.expiry,
  };
}

function refusalOf(
  { outcome }: Exclude<PutOutcome, { readonly expiry: number }>,
  { events }: NodeContext,
): MemberEntry {
  if (outcome === 'outdated') return { failed: true, code: 409, reason: 'a newer message is stored' };
  events.count(outcome);
  const reason = outcome === 'box-full' ? 'this mailbox is full' : 'this node is full';
  return { failed: true, code: 507, reason };
}
