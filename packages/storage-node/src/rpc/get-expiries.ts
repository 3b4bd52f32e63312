import {
  type GetExpiriesRequest,
  getExpiriesText,
  SIGNATURE_TOLERANCE,
  STORAGE_STATUS,
  SUBACCOUNT_ACCESS,
} from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { type RpcReply, refuse } from './rpc-reply.ts';

/** `get_expiries`: until when messages live, at this node. Its reply tells no clock (session-protocol §3.2). */
export function getExpiries(context: NodeContext, request: GetExpiriesRequest): RpcReply {
  const { store, now } = context;
  const { mailbox, hashes, auth } = request;
  if (Math.abs(auth.signedAt - now()) > SIGNATURE_TOLERANCE) {
    return refuse(406, 'get_expiries timestamp too far from current time');
  }
  const claim = {
    ...{ mailbox, auth, text: getExpiriesText(auth.signedAt, hashes) },
    access: SUBACCOUNT_ACCESS.read,
  };
  if (!isAllowed(claim, revokedNow(context))) {
    return refuse(401, 'get_expiries signature verification failed');
  }
  const expiries = Object.fromEntries(store.messages.expiries(mailbox, hashes, now()));
  return { status: STORAGE_STATUS.ok, body: { expiries } };
}
