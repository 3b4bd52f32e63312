import { asBytes, type Bytes } from '@sotto/bytes';

/**
 * The body of a call with one message on either side: a byte that says whether the message is compressed, its length
 * in four bytes, and the message (gRPC over HTTP/2, "Length-Prefixed-Message").
 */
const PREFIX_BYTES = 5;

export type GrpcBody =
  | { readonly outcome: 'message'; readonly message: Bytes }
  /** It is compressed, which nobody here offered to undo. */
  | { readonly outcome: 'compressed' }
  /** No message, more than one, or one that is shorter than it says. */
  | { readonly outcome: 'malformed' };

/** The most that a body may be whose message has so many bytes. */
export function grpcBodyBytes(message: number): number {
  return PREFIX_BYTES + message;
}

export function encodeGrpcBody(message: Uint8Array): Bytes {
  const body = new Uint8Array(grpcBodyBytes(message.length));
  new DataView(body.buffer).setUint32(1, message.length);
  body.set(message, PREFIX_BYTES);
  return body;
}

export function decodeGrpcBody(body: Uint8Array): GrpcBody {
  if (body.length < PREFIX_BYTES) return { outcome: 'malformed' };
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const flag = view.getUint8(0);
  if (flag === 1) return { outcome: 'compressed' };
  if (flag !== 0 || body.length !== grpcBodyBytes(view.getUint32(1))) return { outcome: 'malformed' };
  return { outcome: 'message', message: asBytes(body.subarray(PREFIX_BYTES)) };
}
