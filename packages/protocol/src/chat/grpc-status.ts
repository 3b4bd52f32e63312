import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyPack, anyUnpack, DurationSchema } from '@bufbuild/protobuf/wkt';
import { asBytes, fromBase64, toBase64 } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { ErrorInfoSchema, RetryInfoSchema, StatusSchema } from '../generated/chat/status_pb.ts';

/** The statuses of gRPC that Signal's server uses, and two for calls that there are not. */
export const GRPC_STATUS = {
  ok: 0,
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type GrpcStatus = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

/** What Signal's clients decide by; a status alone they take for a fault of the transport. */
export type GrpcReason =
  /** The request is not what such a request must be. */
  | 'CONSTRAINT_VIOLATED'
  /** There is no such account or device, or the password is another. */
  | 'INVALID_CREDENTIALS'
  /** The call is for other callers: anonymous ones, the primary device. */
  | 'BAD_AUTHENTICATION'
  /** Too much was asked for. */
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE';

/** In whose words `GrpcReason` is: a client of Signal's looks at no other. */
const DOMAIN = 'grpc.chat.signal.org';

export interface GrpcRefusal {
  readonly status: Exclude<GrpcStatus, 0>;
  /** Absent where gRPC itself refuses, before anybody was asked. */
  readonly reason?: GrpcReason;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

/** A refusal as the trailers that say it. */
export function formatGrpcRefusal({ status, reason, retryAfter }: GrpcRefusal): Record<string, string> {
  const trailers = { [GRPC_HEADER.status]: String(status) };
  if (reason === undefined) return trailers;
  const details = [anyPack(ErrorInfoSchema, create(ErrorInfoSchema, { reason, domain: DOMAIN }))];
  if (retryAfter !== undefined) {
    const retryDelay = create(DurationSchema, { seconds: BigInt(retryAfter) });
    details.push(anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay })));
  }
  const bytes = toBinary(StatusSchema, create(StatusSchema, { code: status, message: reason, details }));
  // Binary values travel without padding.
  const encoded = toBase64(asBytes(bytes)).replaceAll('=', '');
  return { ...trailers, [GRPC_HEADER.message]: reason, [GRPC_HEADER.details]: encoded };
}

/** Reason and time of `grpc-status-details-bin`. Throws ProtocolError. */
export function parseGrpcDetails(encoded: string): {
  readonly reason?: string;
  readonly retryAfter?: number;
} {
  try {
    const { details } = fromBinary(StatusSchema, fromBase64(encoded));
    const infos = details.map((one) => anyUnpack(one, ErrorInfoSchema)).filter((info) => info !== undefined);
    const retry = details.map((one) => anyUnpack(one, RetryInfoSchema)).find((one) => one !== undefined);
    const reason = infos.find(({ domain }) => domain === DOMAIN)?.reason;
    const seconds = retry?.retryDelay?.seconds;
    return {
      ...(reason !== undefined && { reason }),
      ...(seconds !== undefined && { retryAfter: Number(seconds) }),
    };
  } catch {
    throw new ProtocolError('malformed', 'not the details of a status');
  }
}

/** How a request is told from a plain one. */
export const GRPC_CONTENT_TYPE = 'application/grpc';

/** Names of what gRPC adds to HTTP/2. */
export const GRPC_HEADER = {
  status: 'grpc-status',
  message: 'grpc-message',
  details: 'grpc-status-details-bin',
  acceptEncoding: 'grpc-accept-encoding',
} as const;
