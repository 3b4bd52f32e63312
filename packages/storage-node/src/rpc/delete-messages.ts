import { toBase64, toHex } from '@sotto/bytes';
import { type DeleteRequest, deletedText } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { operationClaim } from './claims.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';
import { hashesOf, runOperation } from './run-operation.ts';

/** `delete`: remove messages by hash, here and at the other members (session-protocol §3.6). */
export async function deleteMessages(
  context: NodeContext,
  request: DeleteRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const { mailbox, hashes, required } = request;
  if (!isAllowed(operationClaim(request), revokedNow(context))) {
    return refuse(401, 'delete_msgs signature verification failed');
  }
  const reply = await runOperation(context, request, caller, (done) => {
    const deleted = hashesOf(done.deleted);
    const signature = toBase64(context.keys.sign(deletedText(toHex(mailbox), hashes, deleted)));
    return { deleted, signature };
  });
  return required && !caller.forwarded && !deletedAnything(reply) ? { ...reply, status: 404 } : reply;
}

function deletedAnything({ body }: RpcReply): boolean {
  const swarm = typeof body === 'string' ? {} : (body['swarm'] as Record<string, { deleted?: unknown }>);
  return Object.values(swarm).some(({ deleted }) => Array.isArray(deleted) && deleted.length > 0);
}
