import { toBase64, toHex } from '@sotto/bytes';
import { type ExpireRequest, expiredText, expireText, MAX_TTL, SIGNATURE_TOLERANCE } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { askSwarm, type MemberEntry } from './ask-swarm.ts';
import { isOwner } from './authenticate.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';

/** `expire`: set, shorten or extend how long messages live, here and at the other members (§3.6). */
export async function expireMessages(
  context: NodeContext,
  request: ExpireRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const { mailbox, auth, expiries } = request;
  const earliest = context.now() - SIGNATURE_TOLERANCE;
  if (expiries.some((expiry) => expiry < earliest)) {
    return refuse(401, 'expire: timestamp should be >= current time');
  }
  if (!isOwner(mailbox, auth, expireText(request))) {
    return refuse(401, 'expire: signature verification failed');
  }
  return askSwarm(context, request, caller, () => expireHere(context, request));
}

async function expireHere(context: NodeContext, request: ExpireRequest): Promise<MemberEntry> {
  const { store, keys, now } = context;
  const { mailbox, hashes, mode } = request;
  const latest = now() + MAX_TTL;
  const clamped = request.expiries.map((expiry) => Math.min(expiry, latest));
  const [first = latest] = clamped;
  const single = clamped.length === 1;
  const changed = await store.write(() => {
    const updated = new Map<string, number>();
    for (const [index, hash] of hashes.entries()) {
      const expiry = single ? first : (clamped[index] ?? latest);
      const allowed = (before: number): boolean =>
        mode === 'set' || (mode === 'extend' ? expiry > before : expiry < before);
      if (store.messages.setExpiry({ mailbox, hash, expiry }, allowed, now())) updated.set(hash, expiry);
    }
    return updated;
  });
  const updated = [...changed.keys()].sort();
  const asked = hashes.filter((hash) => !changed.has(hash));
  const left = mode === 'set' ? new Map() : store.messages.expiries(mailbox, asked, now());
  const unchanged = [...left].sort(([one], [other]) => (one < other ? -1 : 1));
  // With one expiry it is told and signed even when nothing changed; with several those that took effect.
  const told = single ? [first] : updated.map((hash) => changed.get(hash) ?? 0);
  const text = expiredText({ account: toHex(mailbox), expiries: told, asked: hashes, updated, unchanged });
  return {
    updated,
    expiry: single ? first : told,
    ...(mode === 'set' ? {} : { unchanged: Object.fromEntries(unchanged) }),
    signature: toBase64(keys.sign(text)),
  };
}
