import { toBase64, toHex } from '@sotto/bytes';
import {
  type ExpireRequest,
  expiredText,
  FORWARDED_SIGNATURE_TOLERANCE,
  SIGNATURE_TOLERANCE,
} from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { mayDelete } from '../store/operation.ts';
import type { OperationDone } from '../store/operations.ts';
import { reach } from '../store/touch.ts';
import type { MemberEntry } from './ask-swarm.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { operationClaim } from './claims.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';
import { hashesOf, runOperation } from './run-operation.ts';

/** `expire`: set, shorten or extend how long messages live, here and at the other members (§3.6). */
export async function expireMessages(
  context: NodeContext,
  request: ExpireRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const { mode, auth, expiries } = request;
  const tolerance = caller.forwarded ? FORWARDED_SIGNATURE_TOLERANCE : SIGNATURE_TOLERANCE;
  const earliest = context.now() - tolerance;
  if (expiries.some((expiry) => expiry < earliest)) {
    return refuse(401, 'expire: timestamp should be >= current time');
  }
  if (!isAllowed(operationClaim(request), revokedNow(context))) {
    return refuse(401, 'expire: signature verification failed');
  }
  if (mode === 'shorten' && !mayDelete(auth.subaccount?.token)) {
    return refuse(
      400,
      'expire: shorten parameter cannot be used with this subaccount token (missing delete access)',
    );
  }
  return runOperation(context, request, caller, (done) => tell(context, request, done));
}

function tell({ store, keys, now }: NodeContext, request: ExpireRequest, done: OperationDone): MemberEntry {
  const { mailbox, hashes, mode, expiries } = request;
  const changed = new Map(done.updated.map(({ hash, expiry }) => [hash, expiry]));
  const updated = hashesOf(done.updated);
  const asked = hashes.filter((hash) => !changed.has(hash));
  const left = mode === 'set' ? new Map<string, number>() : store.messages.expiries(mailbox, asked, now());
  const unchanged = [...left].sort(([one], [other]) => (one < other ? -1 : 1));
  // With one expiry it is told and signed even when nothing changed; with several those that took effect.
  const [first = 0, ...rest] = expiries;
  const single = reach({ at: done.at, value: first });
  const told = rest.length === 0 ? [single] : updated.map((hash) => changed.get(hash) ?? 0);
  const text = expiredText({ account: toHex(mailbox), expiries: told, asked: hashes, updated, unchanged });
  return {
    updated,
    expiry: rest.length === 0 ? single : told,
    ...(mode === 'set' ? {} : { unchanged: Object.fromEntries(unchanged) }),
    signature: toBase64(keys.sign(text)),
  };
}
