import { GRPC_STATUS, type GrpcRefusal, HEADER } from '@sotto/protocol';
import type { Reply } from '../http/call.ts';

/** No service or method of that name, or one that is not built. */
export const NO_SUCH_CALL: GrpcRefusal = { status: GRPC_STATUS.unimplemented };

/** More than one message may have. */
export const TOO_LONG: GrpcRefusal = { status: GRPC_STATUS.resourceExhausted };

/** Bytes that are no request of the kind, and requests that no client should make. */
export const BAD_REQUEST: GrpcRefusal = {
  status: GRPC_STATUS.invalidArgument,
  reason: 'CONSTRAINT_VIOLATED',
};

/** No account and device, or not with this password. */
export const NOT_LOGGED_IN: GrpcRefusal = {
  status: GRPC_STATUS.unauthenticated,
  reason: 'INVALID_CREDENTIALS',
};

/** By this caller, or by anybody who says who they are. */
export const NOT_ALLOWED: GrpcRefusal = { status: GRPC_STATUS.invalidArgument, reason: 'BAD_AUTHENTICATION' };

/**
 * What a status of the relay's own is to a client of gRPC, as Signal's server has it: there are few, and the reason
 * tells them apart (reference: Signal-Server, GrpcExceptions).
 */
export function refusalOf({ status, headers }: Reply): GrpcRefusal {
  if (status === 401) return NOT_LOGGED_IN;
  if (status === 403) return NOT_ALLOWED;
  const retryAfter = Number(headers.get(HEADER.retryAfter) ?? Number.NaN);
  const again = Number.isNaN(retryAfter) ? {} : { retryAfter };
  if (status === 429) {
    return { status: GRPC_STATUS.resourceExhausted, reason: 'RESOURCE_EXHAUSTED', ...again };
  }
  if (status >= 500) return { status: GRPC_STATUS.unavailable, reason: 'UNAVAILABLE', ...again };
  return BAD_REQUEST;
}
