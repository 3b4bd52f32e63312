import { toBase64, toHex } from '@sotto/bytes';
import {
  type DeleteAllRequest,
  type DeleteBeforeRequest,
  type ExpireAllRequest,
  FORWARDED_SIGNATURE_TOLERANCE,
  SIGNATURE_TOLERANCE,
  scopeDoneText,
} from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import type { OperationDone } from '../store/operations.ts';
import type { MemberEntry } from './ask-swarm.ts';
import { isAllowed, revokedNow } from './authenticate.ts';
import { operationClaim } from './claims.ts';
import { type RpcCaller, type RpcReply, refuse } from './rpc-reply.ts';
import { hashesOf, runOperation } from './run-operation.ts';

type ScopeRequest = DeleteAllRequest | DeleteBeforeRequest | ExpireAllRequest;

/** `delete_all`, `delete_before` and `expire_all`: of one namespace or of all that a mailbox has (session-protocol §3.6). */
export async function changeNamespaces(
  context: NodeContext,
  request: ScopeRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const refusal = checkTime(request, caller, context.now());
  if (refusal !== undefined) return refusal;
  if (!isAllowed(operationClaim(request), revokedNow(context))) {
    return refuse(401, `${request.method} signature verification failed`);
  }
  return runOperation(context, request, caller, (done) => tell(context, request, done));
}

function checkTime(request: ScopeRequest, { forwarded }: RpcCaller, now: number): RpcReply | undefined {
  const tolerance = forwarded ? FORWARDED_SIGNATURE_TOLERANCE : SIGNATURE_TOLERANCE;
  switch (request.method) {
    case 'delete_all':
      if (Math.abs(request.auth.signedAt - now) <= tolerance) return undefined;
      return refuse(406, 'delete_all timestamp too far from current time');
    case 'delete_before':
      if (request.before <= now + tolerance) return undefined;
      return refuse(401, 'delete_before timestamp too far in the future');
    case 'expire_all':
      if (request.expiry >= now - tolerance) return undefined;
      return refuse(406, 'expire_all timestamp should be >= current time');
  }
}

function tell({ keys }: NodeContext, request: ScopeRequest, done: OperationDone): MemberEntry {
  const [name, touched] =
    request.method === 'expire_all'
      ? (['updated', done.updated] as const)
      : (['deleted', done.deleted] as const);
  // A hash that is in two namespaces is two messages, and is signed twice.
  const hashes = touched.map(({ hash }) => hash).sort();
  const signature = toBase64(keys.sign(scopeDoneText(toHex(request.mailbox), timeOf(request), hashes)));
  return { [name]: request.namespace === 'all' ? byNamespace(touched) : hashes, signature };
}

function timeOf(request: ScopeRequest): number {
  if (request.method === 'delete_all') return request.auth.signedAt;
  return request.method === 'delete_before' ? request.before : request.expiry;
}

function byNamespace(touched: OperationDone['deleted']): Readonly<Record<string, readonly string[]>> {
  const namespaces = [...new Set(touched.map(({ namespace }) => namespace))];
  return Object.fromEntries(
    namespaces.map((namespace) => [
      String(namespace),
      hashesOf(touched.filter((one) => one.namespace === namespace)),
    ]),
  );
}
