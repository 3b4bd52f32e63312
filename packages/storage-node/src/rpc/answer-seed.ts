import type { Bytes } from '@sotto/bytes';
import { ProtocolError, parseJson } from '@sotto/protocol';
import { MAX_SEED_BODY, MAX_SEED_ID } from '../constants.ts';
import { type HttpReply, textReply } from '../http/reply.ts';
import type { NodeContext } from '../node-context.ts';
import { formatReply } from './format-reply.ts';
import { SERVICE_NODE_METHODS, serviceNodes } from './service-nodes.ts';

/** What JSON-RPC 2.0 (§5.1) calls its errors; they come with HTTP 200, as from a seed of the network of reference. */
const ERRORS = {
  parse: { code: -32700, message: 'Parse error' },
  request: { code: -32600, message: 'Invalid Request' },
  method: { code: -32601, message: 'Method not found' },
  params: { code: -32602, message: 'Invalid params' },
} as const;

/**
 * Answer somebody who knows no node yet: the JSON-RPC that the seeds of Session's network speak, of which
 * clients use this one question (session-protocol §4.5). So every node can be a seed.
 */
export function answerSeed(context: Pick<NodeContext, 'directory'>, body: Bytes): HttpReply {
  const asked = read(body);
  if (asked === undefined) return reply(null, { error: ERRORS.parse });
  const { id, method, params } = asked;
  if (typeof method !== 'string') return reply(id, { error: ERRORS.request });
  if (!SERVICE_NODE_METHODS.has(method)) return reply(id, { error: ERRORS.method });
  const result = isObject(params) ? serviceNodes(context, params) : undefined;
  return reply(id, result === undefined ? { error: ERRORS.params } : { result });
}

function read(body: Bytes): { id: unknown; method: unknown; params: unknown } | undefined {
  try {
    const value = parseJson(body, MAX_SEED_BODY);
    const { id = null, method, params } = isObject(value) ? value : {};
    return { id: isId(id) ? id : null, method, params: params ?? {} };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** What goes back is what came, so it must be short. */
function isId(id: unknown): boolean {
  return typeof id === 'number' || (typeof id === 'string' && id.length <= MAX_SEED_ID);
}

function reply(id: unknown, rest: Readonly<Record<string, unknown>>): HttpReply {
  const text = formatReply({ status: 200, body: { jsonrpc: '2.0', id, ...rest } });
  return { ...textReply(200, ''), type: 'application/json', body: text };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
