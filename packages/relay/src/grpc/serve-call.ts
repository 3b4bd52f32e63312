import type { ServerHttp2Stream } from 'node:http2';
import type { Bytes } from '@sotto/bytes';
import {
  decodeGrpcBody,
  encodeGrpcBody,
  formatGrpcRefusal,
  GRPC_CONTENT_TYPE,
  GRPC_HEADER,
  type GrpcRefusal,
  grpcBodyBytes,
  HEADER,
  MAX_FRAME_BYTES,
  ProtocolError,
  STATUS,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { authenticate } from '../http/authenticate.ts';
import { busyReply, type Caller, type Reply } from '../http/call.ts';
import { inTurn } from '../http/in-turn.ts';
import { readBody } from '../http/read-body.ts';
import { refusalFor } from '../http/router.ts';
import type { Serving } from '../http/serve-request.ts';
import { boundAnswer } from '../http2/bound-stream.ts';
import type { OpenedStream } from '../http2/sessions.ts';
import { METHODS } from './methods.ts';
import { BAD_REQUEST, NO_SUCH_CALL, NOT_ALLOWED, NOT_LOGGED_IN, refusalOf, TOO_LONG } from './refusals.ts';
import type { GrpcAnswer, GrpcMethod } from './unary.ts';

/** `+proto` names what is meant anyway. Other codings, and gRPC for browsers, are no calls of ours. */
const CONTENT_TYPE = /^application\/grpc(?:\+proto)?(?:;|$)/i;

/** Whether somebody means a call and not a plain request. */
export function isGrpcCall({ headers }: OpenedStream): boolean {
  return headers[':method'] === 'POST' && CONTENT_TYPE.test(headers[HEADER.contentType] ?? '');
}

/**
 * Serve one call of the chat API over gRPC (reference: signal-service §1.6): one message there and one back. Deadlines
 * are the client's to keep. Rejects when the other side hangs up.
 */
export async function serveCall(
  context: RelayContext,
  { stream, headers }: OpenedStream,
  { draining, from, share }: Serving,
): Promise<void> {
  const method = METHODS.get(headers[':path'] ?? '');
  let answered: GrpcAnswer;
  if (method === undefined) answered = refused(NO_SUCH_CALL);
  else if (draining) answered = refused(refusalOf(busyReply(503)));
  else {
    const body = await readBody(stream, grpcBodyBytes(MAX_FRAME_BYTES), share);
    const authorization = headers[HEADER.authorization];
    answered =
      'status' in body
        ? refused(unread(body))
        : await answerInTurn(context, method, { body, authorization, from });
  }
  respond(context, stream, answered);
}

interface Call {
  readonly body: Bytes;
  readonly authorization: string | undefined;
  readonly from: string;
}

async function answerInTurn(
  context: RelayContext,
  method: GrpcMethod,
  { body, authorization, from }: Call,
): Promise<GrpcAnswer> {
  const answered = await inTurn(context, from, (waits) =>
    answerCall(context, method, { body, authorization, from, waits }),
  );
  return answered ?? refused(refusalOf(busyReply()));
}

/** Never rejects: what makes no sense is a refusal, and a failure of ours another one and an event. */
async function answerCall(
  context: RelayContext,
  method: GrpcMethod,
  { body, authorization, from, waits }: Call & { readonly waits: () => void },
): Promise<GrpcAnswer> {
  try {
    const read = decodeGrpcBody(body);
    if (read.outcome === 'compressed') return refused(NO_SUCH_CALL);
    if (read.outcome === 'malformed') return refused(BAD_REQUEST);
    let caller: Caller | undefined;
    if (method.who === 'anonymous' && authorization !== undefined) return refused(NOT_ALLOWED);
    if (method.who === 'device') {
      caller = await authenticate(context.store, authorization ?? '');
      if (caller === undefined) return refused(NOT_LOGGED_IN);
    }
    return await method.answer(context, read.message, { ...(caller && { caller }), from, waits });
  } catch (error) {
    return refused(error instanceof ProtocolError ? BAD_REQUEST : refusalOf(refusalFor(context, error)));
  }
}

/** Too long, or too much of all bodies together. */
function unread(reply: Reply): GrpcRefusal {
  return reply.status === STATUS.tooLarge ? TOO_LONG : refusalOf(reply);
}

function respond({ now }: RelayContext, stream: ServerHttp2Stream, answered: GrpcAnswer): void {
  if (stream.destroyed || stream.closed) return;
  boundAnswer(stream);
  const head = {
    ':status': 200,
    [HEADER.contentType]: GRPC_CONTENT_TYPE,
    [GRPC_HEADER.acceptEncoding]: 'identity',
    [HEADER.timestamp]: String(now()),
  };
  if (answered.outcome === 'refused') {
    stream.respond({ ...head, ...formatGrpcRefusal(answered.refusal) }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ [GRPC_HEADER.status]: '0' }));
  stream.end(encodeGrpcBody(answered.message));
}

function refused(refusal: GrpcRefusal): GrpcAnswer {
  return { outcome: 'refused', refusal };
}
