import type { OperationRequest } from '@sotto/protocol';
import { MAX_LEAD } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { describeOperation } from '../store/operation.ts';
import type { OperationDone } from '../store/operations.ts';
import { askSwarm, type MemberEntry } from './ask-swarm.ts';
import { noteOwner } from './note-owner.ts';
import { FULL_ENTRY, type RpcCaller, type RpcReply } from './rpc-reply.ts';

/**
 * Do what an owner has asked for, which has been checked, here and at the other members, with one time for all of
 * them. `tell` says what this member did, and signs it.
 */
export async function runOperation(
  context: NodeContext,
  request: OperationRequest,
  caller: RpcCaller,
  tell: (done: OperationDone) => MemberEntry,
): Promise<RpcReply> {
  const { store, now } = context;
  noteOwner(context, request);
  const operation = describeOperation(request);
  const given = timeGiven(caller, now());
  const at = given ?? store.operations.timeFor(operation, now());
  // What names its messages is about those, whatever this member knows of their times. What is about whole namespaces
  // leaves what came in since the first member was asked.
  const overtakes = given === undefined || request.method === 'delete' || request.method === 'expire';
  return askSwarm(context, { request, at }, caller, async () => {
    const done = await store.write(() => store.operations.run(operation, { at, overtakes }, now()));
    if (done.deleted.length > 0) store.eraseSoon();
    if (done.outcome === 'full' && operation.signedAt !== undefined) {
      context.events.count('database-full');
      return FULL_ENTRY;
    }
    return tell(done);
  });
}

/** The time that another member gave, unless it is none that any clock of the swarm may have. */
export function timeGiven({ forwarded, at }: RpcCaller, now: number): number | undefined {
  return forwarded && at !== undefined && at <= now + MAX_LEAD ? at : undefined;
}

/** Sorted and each once. */
export function hashesOf(touched: OperationDone['deleted']): readonly string[] {
  return [...new Set(touched.map(({ hash }) => hash))].sort();
}
