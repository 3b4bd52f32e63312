import { type Bytes, toBase64, toHex } from '@sotto/bytes';
import { formatJson } from '../json.ts';
import type {
  ClientRequest,
  NodeCondition,
  RequestAuth,
  SingleRequest,
  TimedAuth,
} from './client-request.ts';

/** A request of the storage RPC as any method and `params` (reference: session-protocol §3.1). */
export function formatRpc(method: string, params: Readonly<Record<string, unknown>>): Bytes {
  return formatJson({ method, params });
}

/** A request in our form as `decodeRpc` and every node of the network read it. */
export function formatClientRequest(request: ClientRequest): Bytes {
  return formatRpc(request.method, paramsOf(request));
}

/**
 * A request as one of our nodes passes it on to another, with the time that the first one gave it, so that all
 * members order it alike (docs/spec/storage-node.md).
 */
export function formatForwarded(request: SingleRequest, at: number): Bytes {
  return formatJson({ method: request.method, params: paramsOf(request), at });
}

/** The `params` of a request, for what wants them as values. Absent members are left out. */
export function paramsOf(request: ClientRequest): Readonly<Record<string, unknown>> {
  switch (request.method) {
    case 'batch':
    case 'sequence':
      return { requests: request.requests.map(nested) };
    case 'ifelse': {
      const branches = [
        ['then', request.whenTrue],
        ['else', request.whenFalse],
      ] as const;
      const given = branches.flatMap(([name, one]) => (one === undefined ? [] : [[name, nested(one)]]));
      return { if: conditionOf(request.condition), ...Object.fromEntries(given) };
    }
    case 'info':
    case 'sotto_directory':
    case 'active_nodes_bin':
      return {};
    case 'oxend_request':
      return { endpoint: request.endpoint, params: request.params };
    default:
      return { pubkey: toHex(request.mailbox), ...bodyOf(request), ...signatureOf(request) };
  }
}

function nested(request: ClientRequest): object {
  return { method: request.method, params: paramsOf(request) };
}

function conditionOf(condition: NodeCondition): object {
  return {
    height_at_least: condition.heightAtLeast,
    height_before: condition.heightBefore,
    hf_at_least: condition.hardforkAtLeast,
    hf_before: condition.hardforkBefore,
    v_at_least: condition.versionAtLeast,
    v_before: condition.versionBefore,
  };
}

type OfMailbox = Extract<SingleRequest, { readonly mailbox: Bytes }>;

function bodyOf(request: OfMailbox): object {
  switch (request.method) {
    case 'store':
      return {
        namespace: request.namespace,
        data: toBase64(request.data),
        timestamp: request.timestamp,
        expiry: request.expiry,
        sig_timestamp: request.auth?.signedAt,
        work: request.work,
      };
    case 'retrieve':
      return {
        // Naming the namespace is asking for a signature; 0 is what an unsigned request means.
        namespace: request.namespace === 0 && request.auth === undefined ? undefined : request.namespace,
        last_hash: request.lastHash,
        max_count: request.maxCount,
        max_size: request.maxSize,
        wait: request.wait,
        timestamp: request.auth?.signedAt,
      };
    case 'delete':
      return { messages: request.hashes, required: request.required };
    case 'expire':
      return {
        messages: request.hashes,
        expiry: request.expiries.length === 1 ? request.expiries[0] : request.expiries,
        ...(request.mode === 'set' ? {} : { [request.mode]: true }),
      };
    case 'delete_all':
      return { namespace: request.namespace, timestamp: request.auth.signedAt };
    case 'delete_before':
      return { namespace: request.namespace, before: request.before };
    case 'expire_all':
      return { namespace: request.namespace, expiry: request.expiry };
    case 'revoke_subaccount':
      return { revoke: request.tokens.map(toBase64), timestamp: request.auth.signedAt };
    case 'unrevoke_subaccount':
      return { unrevoke: request.tokens.map(toBase64), timestamp: request.auth.signedAt };
    case 'get_expiries':
      return { messages: request.hashes, timestamp: request.auth.signedAt };
    case 'get_swarm':
      return {};
  }
}

function signatureOf(request: OfMailbox): object {
  const auth: RequestAuth | TimedAuth | undefined = 'auth' in request ? request.auth : undefined;
  if (auth === undefined) return {};
  return {
    signature: toBase64(auth.signature),
    pubkey_ed25519: auth.ed25519 === undefined ? undefined : toHex(auth.ed25519),
    subaccount: auth.subaccount === undefined ? undefined : toBase64(auth.subaccount.token),
    subaccount_sig: auth.subaccount === undefined ? undefined : toBase64(auth.subaccount.signature),
  };
}
