import { type Bytes, toBase64 } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import {
  type BatchRequest,
  type ClientRequest,
  decodeForwarded,
  decodeRpc,
  ProtocolError,
  type SingleRequest,
  STORAGE_STATUS,
} from '@sotto/protocol';
import { MAX_BATCH_BYTES, MAX_HASHES, PROTOCOL_VERSION } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { activeNodes } from './active-nodes.ts';
import { answerIfElse } from './answer-ifelse.ts';
import { changeNamespaces } from './change-namespaces.ts';
import { deleteMessages } from './delete-messages.ts';
import { expireMessages } from './expire-messages.ts';
import { getExpiries } from './get-expiries.ts';
import { retrieveMessages } from './retrieve-messages.ts';
import { revokeSubaccounts } from './revoke-subaccounts.ts';
import { type RpcCaller, type RpcReply, refuse, succeed } from './rpc-reply.ts';
import { askOxend } from './service-nodes.ts';
import { storeMessage } from './store-message.ts';
import { swarmObject } from './swarm-object.ts';

/** What a member may pass on to another: whatever changes what the swarm keeps. */
const FORWARDED: ReadonlySet<string> = new Set<ClientRequest['method']>([
  'store',
  'delete',
  'delete_all',
  'delete_before',
  'expire',
  'expire_all',
  'revoke_subaccount',
  'unrevoke_subaccount',
]);

/** Answer the text of a request, from a client over HTTPS or an onion, or from a member. */
export async function answerRpc(context: NodeContext, text: Bytes, caller: RpcCaller): Promise<RpcReply> {
  const understood = understand(text, caller);
  if ('status' in understood) return understood;
  const { request } = understood;
  if (caller.forwarded && !FORWARDED.has(request.method)) {
    return refuse(400, 'invalid request: received invalid forwarded non-forwardable request');
  }
  if (hashesIn(request) > MAX_HASHES) return refuse(400, 'invalid request: too many message hashes');
  return answerAny(context, request, understood.at === undefined ? caller : { ...caller, at: understood.at });
}

async function answerAny(context: NodeContext, request: ClientRequest, caller: RpcCaller): Promise<RpcReply> {
  const limited = { ...caller, batch: { room: caller.batchBytes ?? MAX_BATCH_BYTES, waited: false } };
  switch (request.method) {
    case 'batch':
      return answerBatch(context, request, limited);
    case 'sequence':
      return answerSequence(context, request, limited);
    case 'ifelse':
      return answerIfElse(context, request, (chosen) => answerAny(context, chosen, caller));
    default:
      return answerSafely(context, request, caller);
  }
}

/** Each costs a look into the database, or several at every member. */
function hashesIn(request: ClientRequest): number {
  const inAll = (requests: readonly ClientRequest[]): number =>
    requests.reduce((sum, one) => sum + hashesIn(one), 0);
  if ('requests' in request) return inAll(request.requests);
  if (request.method === 'ifelse') {
    return inAll([request.whenTrue, request.whenFalse].filter((one) => one !== undefined));
  }
  if ('tokens' in request) return request.tokens.length;
  return 'hashes' in request ? request.hashes.length : 0;
}

function understand(text: Bytes, { forwarded }: RpcCaller): ReturnType<typeof decodeForwarded> | RpcReply {
  try {
    return forwarded ? decodeForwarded(text) : { request: decodeRpc(text) };
  } catch (error) {
    if (error instanceof ProtocolError) return refuse(400, error.message);
    throw error;
  }
}

async function answerBatch(
  context: NodeContext,
  { requests }: BatchRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const replies = await Promise.all(requests.map((request) => answerSafely(context, request, caller)));
  return resultsOf(replies);
}

/** Stops after the first answer that is no success. */
async function answerSequence(
  context: NodeContext,
  { requests }: BatchRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  const replies: RpcReply[] = [];
  for (const request of requests) {
    const reply = await answerSafely(context, request, caller);
    replies.push(reply);
    if (reply.status < 200 || reply.status > 299) break;
  }
  return resultsOf(replies);
}

function resultsOf(replies: readonly RpcReply[]): RpcReply {
  const results = replies.map(({ status, body }) => ({ code: status, body }));
  return { status: STORAGE_STATUS.ok, body: { results } };
}

async function answerSafely(
  context: NodeContext,
  request: SingleRequest,
  caller: RpcCaller,
): Promise<RpcReply> {
  try {
    // Before any signature is looked at: elsewhere it is not this node's to judge (§3.2).
    if (isBound(request) && !context.directory.isOurs(request.mailbox)) return wrongSwarm(context, request);
    return await answerOne(context, request, caller);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'overloaded') {
      context.events.count('overloaded');
      // Clients that read this sealed, from the end of a path, go to another member.
      return refuse(503, 'Snode not ready');
    }
    context.events.failed(error);
    return refuse(500, 'Internal Server Error');
  }
}

type Bound = Exclude<Extract<SingleRequest, { readonly mailbox: Bytes }>, { readonly method: 'get_swarm' }>;

function isBound(request: SingleRequest): request is Bound {
  return 'mailbox' in request && request.method !== 'get_swarm';
}

function wrongSwarm(context: NodeContext, { mailbox }: { readonly mailbox: Bytes }): RpcReply {
  const swarm = swarmObject(context.directory.swarmOf(mailbox));
  return { ...succeed(context, swarm), status: STORAGE_STATUS.wrongSwarm };
}

function giveDirectory(context: NodeContext): RpcReply {
  return succeed(context, { list: toBase64(context.directory.encoded) });
}

async function answerOne(context: NodeContext, request: SingleRequest, caller: RpcCaller): Promise<RpcReply> {
  switch (request.method) {
    case 'store':
      return storeMessage(context, request, caller);
    case 'retrieve':
      return retrieveMessages(context, request, caller);
    case 'delete':
      return deleteMessages(context, request, caller);
    case 'expire':
      return expireMessages(context, request, caller);
    case 'delete_all':
    case 'delete_before':
    case 'expire_all':
      return changeNamespaces(context, request, caller);
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return revokeSubaccounts(context, request, caller);
    case 'get_expiries':
      return getExpiries(context, request);
    case 'get_swarm':
      return succeed(context, swarmObject(context.directory.swarmOf(request.mailbox)));
    case 'info':
      return succeed(context, { version: PROTOCOL_VERSION, timestamp: context.now() });
    case 'oxend_request':
      return askOxend(context, request);
    case 'active_nodes_bin':
      return activeNodes(context);
    case 'sotto_directory':
      return giveDirectory(context);
  }
}
