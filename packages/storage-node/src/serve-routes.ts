import type { Http2Session } from 'node:http2';
import { asBytes, toHex } from '@sotto/bytes';
import { clientAt, type Source } from '@sotto/limits';
import { type IncomingLayer, OnionError, readClientRequest } from '@sotto/onion';
import { decodeRpc, MAX_HOP_NUMBER, ONION_TEXT, ProtocolError } from '@sotto/protocol';
import { NODE_WEIGHT } from './constants.ts';
import { asHop } from './hop-refusal.ts';
import type { Asked } from './http/asked.ts';
import { bytesReply, type HttpReply, textReply } from './http/reply.ts';
import type { HttpRoutes } from './http/serve-http.ts';
import type { AcceptedLinks } from './link/accept-links.ts';
import { LINK_PATH } from './link/paths.ts';
import { handleLayer, type OnionContext } from './onion/handle-layer.ts';
import { answerHolds } from './reachability/holds.ts';
import { describeReachability, REACHABILITY_PATH } from './reachability/publish.ts';
import type { Reachability } from './reachability/reachability.ts';
import type { NodeVotes } from './registry/vote-on-nodes.ts';
import { answerRpc } from './rpc/answer-rpc.ts';
import { answerSeed } from './rpc/answer-seed.ts';
import { formatReply } from './rpc/format-reply.ts';
import type { RpcCaller } from './rpc/rpc-reply.ts';
import type { SyncAnswers } from './sync/answer-link.ts';

/** Bytes; longer ones ask for more than that. */
const LONGEST_LIGHT_REQUEST = 256;

/** What nodes see of each other. */
export interface Watch {
  readonly reachability: Reachability;
  /** Only where the nodes are in a registry. */
  readonly votes?: Pick<NodeVotes, 'take'>;
}

/** What answers nodes beside what answers clients. */
export interface Doors {
  readonly watch: Watch;
  /** What members and other swarms ask and give each other. */
  readonly sync: SyncAnswers;
}

/** What each path of the one port does, for clients and, over proven links, for nodes. */
export function createRoutes(
  context: OnionContext,
  accepted: AcceptedLinks,
  { watch, sync }: Doors,
): HttpRoutes {
  return {
    published: (path) =>
      path === REACHABILITY_PATH ? describeReachability(context, watch.reachability) : undefined,
    onion: async (asked) => unready(context) ?? openFrom(context, asked, 'client', clientAt(asked.from)),
    storage: async (asked) =>
      (asksForDirectory(asked) ? undefined : unready(context)) ??
      storage(context, asked, { forwarded: false, source: clientAt(asked.from) }),
    // Also of a node that is in no list: whom it knows is all that is asked.
    seed: async ({ body }) => answerSeed(context, body),
    isLight,
    isLink: (session) => accepted.nodeAt(session) !== undefined,
    link: (path, asked, session) => {
      if (path === LINK_PATH.hello) return hello(accepted, session, asked);
      if (!(Object.values(LINK_PATH) as readonly string[]).includes(path)) return undefined;
      const key = accepted.nodeAt(session);
      if (key === undefined) return Promise.resolve(textReply(403, 'this is no link'));
      if (path === LINK_PATH.holds) return Promise.resolve(holds(context, key, asked));
      if (path === LINK_PATH.vote) return vote(watch, asked);
      return linked(context, path, asked, { key, sync });
    },
  };
}

async function hello(accepted: AcceptedLinks, session: Http2Session, { body }: Asked): Promise<HttpReply> {
  const proof = accepted.hello(session, body);
  if (proof === undefined) return textReply(403, 'this is no node of the directory');
  return { status: 200, type: 'application/json', body: asBytes(proof) };
}

async function linked(
  context: OnionContext,
  path: string,
  asked: Asked,
  { key, sync }: { readonly key: string; readonly sync: SyncAnswers },
): Promise<HttpReply> {
  if (path === LINK_PATH.directory) return bytesReply(200, context.directory.encoded);
  const refusal = unready(context);
  if (refusal !== undefined) return path === LINK_PATH.onion ? asHop(refusal, context.keys.ed25519) : refusal;
  if (path === LINK_PATH.sync || path === LINK_PATH.push) return sync(path, asked.body, key);
  const source = nodeWith(key);
  return path === LINK_PATH.onion
    ? openFrom(context, asked, 'node', source)
    : storage(context, asked, { forwarded: true, source });
}

/** Of members alone: nobody else need know what this node keeps. */
function holds(context: OnionContext, key: string, { body }: Asked): HttpReply {
  const isMember = context.directory.members().some(({ ed25519 }) => toHex(ed25519) === key);
  return isMember ? bytesReply(200, answerHolds(context, body)) : textReply(403, 'this is no member');
}

/** From any node of the directory; it counts by its own signature. */
async function vote({ votes }: Watch, { body }: Asked): Promise<HttpReply> {
  if (votes === undefined) return textReply(404, 'there is no registry');
  return (await votes.take(body)) ? textReply(200, '') : textReply(403, 'this vote does not count');
}

/** Whom it is counted for when a node passes on what others ask. */
function nodeWith(key: string): Source {
  return { name: key, weight: NODE_WEIGHT };
}

/** A node that is in no directory knows no swarm and no next hop. */
function unready({ directory }: OnionContext): HttpReply | undefined {
  if (directory.self !== undefined) return undefined;
  return textReply(503, 'Service node is not ready: not in the directory');
}

/** What a client asks its guard when nothing comes through: whether it lives, and for a newer list. */
function isLight(body: Asked['body']): boolean {
  const method = methodOf(body);
  return method === 'info' || method === 'sotto_directory';
}

/** Also a node that was taken off the list tells clients so, some of whom know nobody else any more. */
function asksForDirectory({ body }: Asked): boolean {
  return methodOf(body) === 'sotto_directory';
}

/** Of a short body; `undefined` for every other. */
function methodOf(body: Asked['body']): string | undefined {
  if (body.length > LONGEST_LIGHT_REQUEST) return undefined;
  try {
    return decodeRpc(body).method;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

async function storage(
  context: OnionContext,
  { body, signal, waits }: Asked,
  caller: Omit<RpcCaller, 'signal' | 'waits'>,
): Promise<HttpReply> {
  const whole = { ...caller, signal, ...(waits === undefined ? {} : { waits }) };
  const reply = await answerRpc(context, body, whole);
  if (reply.raw !== undefined) return bytesReply(reply.status, reply.raw);
  const type = typeof reply.body === 'string' ? 'text/plain' : 'application/json';
  return { status: reply.status, type, body: formatReply(reply) };
}

async function openFrom(
  context: OnionContext,
  { body, from, signal, hold }: Asked,
  maker: 'client' | 'node',
  source: Source,
): Promise<HttpReply> {
  const layer = readLayer(body);
  if (layer instanceof OnionError) return textReply(400, layer.message);
  if (maker === 'client') return handleLayer(context, { layer, from, source, signal, hold });
  // Only those behind the guard count: what a client begins with is its own affair (§2.3).
  const hopNumber = Math.max(1, layer.hopNumber);
  if (hopNumber > MAX_HOP_NUMBER) return textReply(400, ONION_TEXT.tooLong);
  const reply = await handleLayer(context, { layer: { ...layer, hopNumber }, from, source, signal, hold });
  return asHop(reply, context.keys.ed25519);
}

function readLayer(body: Asked['body']): IncomingLayer | OnionError {
  try {
    return readClientRequest(body);
  } catch (error) {
    if (error instanceof OnionError) return error;
    throw error;
  }
}
