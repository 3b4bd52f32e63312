import { toBase64, toHex } from '@sotto/bytes';
import {
  FORWARDED_SIGNATURE_TOLERANCE,
  type RevocationRequest,
  revocationDoneText,
  SIGNATURE_TOLERANCE,
} from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { operationClaim } from './claims.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';
import { runOperation } from './run-operation.ts';

/**
 * `revoke_subaccount` and `unrevoke_subaccount`: take the rights of tokens away, or give them back (session-protocol
 * §3.6), whether or not the account has messages here. What its owner signed last counts.
 */
export async function revokeSubaccounts(
  context: NodeContext,
  request: RevocationRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const { method, mailbox, tokens, auth } = request;
  const tolerance = caller.forwarded ? FORWARDED_SIGNATURE_TOLERANCE : SIGNATURE_TOLERANCE;
  if (Math.abs(auth.signedAt - context.now()) > tolerance) {
    return refuse(406, `${method} timestamp too far from current time`);
  }
  if (!isAllowed(operationClaim(request), revokedNow(context))) {
    return refuse(401, `${method} signature verification failed`);
  }
  return runOperation(context, request, caller, ({ restored }) => {
    const text = revocationDoneText(toHex(mailbox), auth.signedAt, tokens);
    const signature = toBase64(context.keys.sign(text));
    return method === 'unrevoke_subaccount' ? { count: restored, signature } : { signature };
  });
}
