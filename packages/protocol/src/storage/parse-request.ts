import { utf8 } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { parseJson } from '../json.ts';
import type {
  BatchRequest,
  ClientRequest,
  IfElseRequest,
  NodeCondition,
  OxendRequest,
  SingleRequest,
} from './client-request.ts';
import { MAX_REQUEST_BYTES, MAX_SUBREQUESTS } from './constants.ts';
import { readDelete, readExpire, readGetExpiries, readRetrieve, readStore } from './request-bodies.ts';
import {
  invalid,
  missing,
  type Params,
  readInteger,
  readIntegers,
  readMailbox,
  readText,
} from './request-fields.ts';
import { readDeleteAll, readDeleteBefore, readExpireAll, readRevocation } from './scope-bodies.ts';

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
  const request = readAny(method, params);
  if (request !== undefined) return request;
  throw new ProtocolError('bad-body', `no method ${method.slice(0, MAX_METHOD)}`, 'method');
}

/** The same from the text itself, which may be followed by white space or NUL bytes. */
export function decodeRpc(text: Uint8Array): ClientRequest {
  return decodeWith(text, parseClientRequest);
}

/** A request as another node passes it on: what `formatForwarded` writes, or, of other makes, without a time. */
export function decodeForwarded(text: Uint8Array): {
  readonly request: ClientRequest;
  /** Milliseconds, and not judged. */
  readonly at?: number;
} {
  return decodeWith(text, (value) => {
    const request = parseClientRequest(value);
    const at = isObject(value) ? value['at'] : undefined;
    return Number.isSafeInteger(at) && (at as number) >= 0 ? { request, at: at as number } : { request };
  });
}

function decodeWith<Result>(text: Uint8Array, read: (value: unknown) => Result): Result {
  let end = text.length;
  while (end > 0 && text[end - 1] === 0) end--;
  try {
    return read(parseJson(text.subarray(0, end), MAX_REQUEST_BYTES));
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

function readAny(method: string, params: Params): ClientRequest | undefined {
  if (isBatch(method)) return { method, requests: readSubrequests(params) };
  return method === 'ifelse' ? readIfElse(params) : readSingle(method, params);
}

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
    case 'delete_all':
      return readDeleteAll(params);
    case 'delete_before':
      return readDeleteBefore(params);
    case 'expire_all':
      return readExpireAll(params);
    case 'revoke_subaccount':
    case 'unrevoke_subaccount':
      return readRevocation(method, params);
    case 'get_expiries':
      return readGetExpiries(params);
    case 'get_swarm':
    case 'get_snodes_for_pubkey':
      return { method: 'get_swarm', mailbox: readMailbox(params, 'pubkey', 'pubKey') };
    case 'info':
    case 'sotto_directory':
    case 'active_nodes_bin':
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
  return { method: 'oxend_request', endpoint, params: readOxendParams(params['params']) };
}

/** Bencoded requests have them as a text of JSON, since bencoding has no truth and no null. */
function readOxendParams(value: unknown): Params {
  if (typeof value !== 'string') return isObject(value) ? value : {};
  try {
    const read = parseJson(utf8(value), MAX_REQUEST_BYTES);
    return isObject(read) ? read : {};
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw invalid('oxend_request params field does not contain valid json', 'params');
  }
}

/** Nests as deeply as JSON may. */
function readIfElse(params: Params): IfElseRequest {
  const asked = params['if'];
  if (!isObject(asked)) throw invalid('Invalid ifelse request: no valid "if" field', 'if');
  const condition = readCondition(asked);
  const [yes, no] = [readBranch(params, 'then'), readBranch(params, 'else')];
  if (yes === undefined && no === undefined) {
    throw invalid('Invalid ifelse request: at least one of "then"/"else" required', 'then');
  }
  return {
    method: 'ifelse',
    condition,
    ...(yes === undefined ? {} : { whenTrue: yes }),
    ...(no === undefined ? {} : { whenFalse: no }),
  };
}

function readCondition(asked: Params): NodeCondition {
  const heightAtLeast = readInteger(asked, 'height_at_least');
  const heightBefore = readInteger(asked, 'height_before');
  const hardforkAtLeast = padded(readIntegers(asked, 'hf_at_least'), 2);
  const hardforkBefore = padded(readIntegers(asked, 'hf_before'), 2);
  const versionAtLeast = padded(readIntegers(asked, 'v_at_least'), 3);
  const versionBefore = padded(readIntegers(asked, 'v_before'), 3);
  const condition: NodeCondition = {
    ...(heightAtLeast === undefined ? {} : { heightAtLeast }),
    ...(heightBefore === undefined ? {} : { heightBefore }),
    ...(hardforkAtLeast === undefined ? {} : { hardforkAtLeast }),
    ...(hardforkBefore === undefined ? {} : { hardforkBefore }),
    ...(versionAtLeast === undefined ? {} : { versionAtLeast }),
    ...(versionBefore === undefined ? {} : { versionBefore }),
  };
  if (Object.keys(condition).length > 0) return condition;
  throw invalid('Invalid ifelse request: must specify at least one "if" condition', 'if');
}

/** What is missing is 0, what is too much is not looked at. */
function padded(numbers: readonly number[] | undefined, length: number): readonly number[] | undefined {
  // JSON has a negative zero, which would print like one.
  return numbers && Array.from({ length }, (_, index) => (numbers[index] ?? 0) || 0);
}

function readBranch(params: Params, name: 'then' | 'else'): ClientRequest | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (!isObject(value)) throw invalid(`Invalid ifelse request: ${name} must be an object`, name);
  const { method, params: inner } = value;
  if (typeof method !== 'string' || !isObject(inner)) {
    throw invalid(`Invalid ifelse request: ${name} must have method/params keys`, name);
  }
  const request = readAny(method, inner);
  if (request !== undefined) return request;
  throw invalid(`Invalid ifelse request method "${name}"`, name);
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
  if (isBatch(method) || method === 'ifelse') {
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
