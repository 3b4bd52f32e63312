import type { ClientHttp2Session } from 'node:http2';
import type { Bytes } from '@sotto/bytes';
import {
  type ChatMethod,
  type ChatSchema,
  chatMethodPath,
  type Decoded,
  decodeChatMessage,
  decodeGrpcBody,
  type Encodable,
  encodeChatMessage,
  encodeGrpcBody,
  parseGrpcDetails,
} from '@sotto/protocol';
import { askOver } from './_http2-client.ts';

/** How a call was refused: its status, and what the details say. */
export interface Refused {
  readonly status: number;
  readonly reason?: string;
  readonly retryAfter?: number;
}

/** Post bytes as the body of a call, whatever they are. */
export async function postCall(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Bytes | Refused> {
  const reply = await askOver(session, {
    verb: 'POST',
    path,
    headers: { 'content-type': 'application/grpc', te: 'trailers', ...headers },
    body: new Uint8Array(body),
  });
  if (reply.status !== 200) throw new Error(`status ${reply.status}`);
  const status = Number(reply.headers.get('grpc-status'));
  if (status === 0) return reply.body;
  const details = reply.headers.get('grpc-status-details-bin');
  return { status, ...(details === undefined ? {} : parseGrpcDetails(details)) };
}

/** One call as a client of any make has it: what was answered, or how it was refused. */
export async function call<Request extends ChatSchema, Response extends ChatSchema>(
  session: ClientHttp2Session,
  method: ChatMethod<Request, Response>,
  request: Encodable<Request>,
  headers: Record<string, string> = {},
): Promise<Decoded<Response> | Refused> {
  const body = encodeGrpcBody(encodeChatMessage(method.input, request));
  const answered = await postCall(session, chatMethodPath(method), body, headers);
  if (!(answered instanceof Uint8Array)) return answered;
  const read = decodeGrpcBody(answered);
  if (read.outcome !== 'message') throw new Error(`an answer that is ${read.outcome}`);
  return decodeChatMessage(method.output, read.message);
}
