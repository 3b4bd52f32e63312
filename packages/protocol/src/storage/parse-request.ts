import { ProtocolError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { BatchRequest, ClientRequest, OxendRequest, SingleRequest } from './client-request.ts';
import { MAX_REQUEST_BYTES, MAX_SUBREQUESTS } from './constants.ts';
import { readDelete, readExpire, readGetExpiries, readRetrieve, readStore } from './request-bodies.ts';
import { invalid, missing, type Params, readMailbox, readText } from './request-fields.ts';

/**
 * Read a request of the storage RPC (reference: session-protocol §3.2, §3.6). Unknown members are
 * ignored everywhere. Throws ProtocolError `bad-body` or `bad-json`, whose message is the body of the
 * HTTP 400 as the network words it.
 */
export function parseClientRequest(value: unknown): ClientRequest {
  const method = isObject(value) ? value['method'] : undefined;
  if (typeof method !== 'string') throw new ProtocolError('bad-json', 'invalid json: no `method` field');
  const params = isObject(value) ? value['params'] : undefined;
  if (!isObject(params)) throw new ProtocolError('bad-json', 'invalid json: no `params` field');
  if (isBatch(method)) return { method, requests: readSubrequests(params) };
  const request = readSingle(method, params);
  if (request !== undefined) return request;
  throw new ProtocolError('bad-body', `no method ${method.slice(0, MAX_METHOD)}`, 'method');
}

/** The same from the text itself, which may be followed by white space or NUL bytes. */
export function decodeRpc(text: Uint8Array): ClientRequest {
  let end = text.length;
  while (end > 0 && text[end - 1] === 0) end--;
  try {
    return parseClientRequest(parseJson(text.subarray(0, end), MAX_REQUEST_BYTES));
  } catch (error) {
    const named = error instanceof ProtocolError && error.message.startsWith('invalid json: ');
    if (error instanceof ProtocolError && error.code === 'bad-json' && !named) {
      throw new ProtocolError('bad-json', 'invalid json');
    }
    throw error;
  }
}

/** What is said back of a method that there is none of: enough for any that anybody meant. */
const MAX_METHOD = 64;

function readSingle(method: string, params: Params): SingleRequest | undefined {
  switch (method) {
    case 'store':
      return readStore(params);
    case 'retrieve':
      return readRetrieve(params);
    case 'delete':
      return readDelete(params);
    case 'expire':
      return readExpire(params);
    case 'get_expiries':
      return readGetExpiries(params);
    case 'get_swarm':
    case 'get_snodes_for_pubkey':
      return { method: 'get_swarm', mailbox: readMailbox(params, 'pubkey', 'pubKey') };
    case 'info':
    case 'sotto_directory':
      return { method };
    case 'oxend_request':
      return readOxend(params);
    default:
      return undefined;
  }
}

function readOxend(params: Params): OxendRequest {
  const endpoint = readText(params, 'endpoint');
  if (endpoint === undefined) throw missing('endpoint');
  if (endpoint !== 'get_service_nodes' && endpoint !== 'ons_resolve') {
    throw invalid(`Invalid oxend endpoint '${endpoint.slice(0, MAX_METHOD)}'`, 'endpoint');
  }
  const inner = params['params'];
  return { method: 'oxend_request', endpoint, params: isObject(inner) ? inner : {} };
}

function readSubrequests(params: Params): readonly SingleRequest[] {
  const requests: unknown = params['requests'];
  if (!Array.isArray(requests) || requests.length === 0) {
    throw invalid('Invalid batch request: no valid "requests" field', 'requests');
  }
  if (requests.length > MAX_SUBREQUESTS) {
    throw invalid('Invalid batch request: subrequest limit exceeded', 'requests');
  }
  return requests.map(readSubrequest);
}

function readSubrequest(value: unknown): SingleRequest {
  if (!isObject(value)) throw invalid('Invalid batch request: requests must be objects', 'requests');
  const { method, params } = value;
  if (typeof method !== 'string' || !isObject(params)) {
    throw invalid('Invalid batch request: subrequests must have method/params keys', 'requests');
  }
  if (isBatch(method)) {
    throw invalid('Invalid batch subrequest: subrequests may not contain meta-requests', 'requests');
  }
  const request = readSingle(method, params);
  if (request !== undefined) return request;
  const named = `"${method.slice(0, MAX_METHOD)}"`;
  throw invalid(`Invalid batch subrequest: invalid method ${named}`, 'requests');
}

function isBatch(method: string): method is BatchRequest['method'] {
  return method === 'batch' || method === 'sequence';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
