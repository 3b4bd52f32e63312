import { MAX_LEAD } from '../constants.ts';
import type { MemberEntry } from './ask-swarm.ts';
import type { RpcReply } from './rpc-reply.ts';

/**
 * A member whose clock is ahead, or which alone has heard what an owner asked for, refuses a store as older than a
 * deletion. The client asks now, so it is the later one: the store is given a time after that, or those who
 * took it would delete it as soon as they hear of the deletion, although the client was told that it is kept.
 */

/**
 * The latest time of a deletion by which a member has refused, 0 if none has. What leaves no time after it that all
 * members would take from each other is none.
 */
export function deletedSince(reply: RpcReply, now: number): number {
  const times = Object.values(entriesOf(reply)).map(({ hash, deleted_at: at }) =>
    hash === undefined && typeof at === 'number' && Number.isSafeInteger(at) && at < now + MAX_LEAD ? at : 0,
  );
  return Math.max(0, ...times);
}

/** What the members said first, and of those who refused what they said when they were asked once more. */
export function joined(first: RpcReply, second: RpcReply): RpcReply {
  const [before, after] = [entriesOf(first), entriesOf(second)];
  const swarm = Object.fromEntries(
    Object.entries(before).map(([key, entry]) => [key, 'hash' in entry ? entry : (after[key] ?? entry)]),
  );
  return { ...second, body: { ...(second.body as object), swarm } };
}

/** What each member says, by its key. */
export function entriesOf({ body }: RpcReply): Readonly<Record<string, MemberEntry>> {
  return typeof body === 'string' ? {} : ((body['swarm'] ?? {}) as Record<string, MemberEntry>);
}
