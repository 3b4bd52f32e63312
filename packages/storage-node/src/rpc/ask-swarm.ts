import { fromUtf8, toHex } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import type { DirectoryNode } from '@sotto/directory';
import {
  formatForwarded,
  HARDFORK,
  type SingleRequest,
  STORAGE_STATUS,
  SWARM_TIMEOUT,
} from '@sotto/protocol';
import { MAX_MEMBER_REPLY } from '../constants.ts';
import type { LinkReply } from '../link/exchange.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';
import type { RpcCaller, RpcReply } from './rpc-reply.ts';

/** What one member says it did. */
export type MemberEntry = Readonly<Record<string, unknown>>;

/**
 * Do a client's request here and at every other member of the swarm at once, and answer when all have or
 * their time is over (session-protocol §3.2). A request that a member has passed on is done here alone.
 * `own` resolves when what it did is on disk. `at` is the time of the request for all members.
 */
export async function askSwarm(
  context: NodeContext,
  { request, at }: { readonly request: SingleRequest; readonly at: number },
  caller: RpcCaller,
  own: () => Promise<MemberEntry>,
): Promise<RpcReply> {
  if (caller.forwarded) return { status: STORAGE_STATUS.ok, body: await done(context, own) };
  const { directory, keys, now } = context;
  const body = formatForwarded(request, at);
  const [mine, ...others] = await Promise.all([
    done(context, own),
    ...directory.members().map(async (node) => [node, await askMember(context, node, body)] as const),
  ]);
  const swarm: Record<string, MemberEntry> = { [toHex(keys.ed25519)]: mine };
  for (const [node, entry] of others) swarm[toHex(node.ed25519)] = entry;
  return { status: STORAGE_STATUS.ok, body: { swarm, t: now(), hf: HARDFORK } };
}

async function done({ events }: NodeContext, own: () => Promise<MemberEntry>): Promise<MemberEntry> {
  try {
    return await own();
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'overloaded') events.count('overloaded');
    else events.failed(error);
    return { failed: true, query_failure: true };
  }
}

async function askMember(
  { links }: NodeContext,
  node: DirectoryNode,
  body: ReturnType<typeof formatForwarded>,
): Promise<MemberEntry> {
  const reply = await links.ask(node, {
    path: LINK_PATH.storage,
    body,
    timeout: SWARM_TIMEOUT,
    maxReply: MAX_MEMBER_REPLY,
  });
  return entryOf(reply);
}

/** What another member answered, or that it failed. */
export function entryOf(reply: LinkReply): MemberEntry {
  if (reply.outcome === 'too-large') return { failed: true, bad_peer_response: true };
  if (reply.outcome !== 'answered') return { failed: true, timeout: true };
  try {
    const text = fromUtf8(reply.body);
    if (reply.status !== STORAGE_STATUS.ok)
      return { failed: true, code: reply.status, reason: text.slice(0, 200) };
    const entry: unknown = JSON.parse(text);
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return { ...entry };
  } catch {
    // Falls through: neither text nor JSON.
  }
  return { failed: true, bad_peer_response: true };
}
