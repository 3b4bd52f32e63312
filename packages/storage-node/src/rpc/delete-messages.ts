import { toBase64, toHex } from '@sotto/bytes';
import { type DeleteRequest, deletedText, deleteText } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import { askSwarm } from './ask-swarm.ts';
import { isOwner } from './authenticate.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';

/** `delete`: remove messages by hash, here and at the other members (session-protocol §3.6). */
export async function deleteMessages(
  context: NodeContext,
  request: DeleteRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const { mailbox, hashes, auth, required } = request;
  if (!isOwner(mailbox, auth, deleteText(hashes))) {
    return refuse(401, 'delete_msgs signature verification failed');
  }
  const { store, keys, now } = context;
  const reply = await askSwarm(context, request, caller, async () => {
    const removed = await store.write(() => store.messages.remove(mailbox, hashes, now()));
    if (removed.length > 0) store.eraseSoon();
    const deleted = [...new Set(removed)].sort();
    const signature = toBase64(keys.sign(deletedText(toHex(mailbox), hashes, deleted)));
    return { deleted, signature };
  });
  return required && !caller.forwarded && !deletedAnything(reply) ? { ...reply, status: 404 } : reply;
}

function deletedAnything({ body }: RpcReply): boolean {
  const swarm = typeof body === 'string' ? {} : (body['swarm'] as Record<string, { deleted?: unknown }>);
  return Object.values(swarm).some(({ deleted }) => Array.isArray(deleted) && deleted.length > 0);
}
