import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bytes } from '@sotto/bytes';
import type { ByteShare } from '@sotto/limits';
import { HEADER, type Headers, MAX_FRAME_BYTES, MAX_HEADERS, SERVER_TARGET } from '@sotto/protocol';
import { MAX_ONION_REQUEST_BYTES } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { answerOnionRequest } from '../onion/answer-onion-request.ts';
import { busyReply, type Reply, reply } from './call.ts';
import { inTurn } from './in-turn.ts';
import { readBody } from './read-body.ts';
import { answer } from './router.ts';

export interface Serving {
  /** New work is refused. */
  readonly draining: boolean;
  /** The address at the other end. */
  readonly from: string;
  /** What its body may hold of memory. */
  readonly share: ByteShare;
}

/** Answer one plain request (reference: signal-service §1). Rejects when the other side hangs up, or when we fail. */
export async function serveRequest(
  context: RelayContext,
  request: IncomingMessage,
  response: ServerResponse,
  { draining, from, share }: Serving,
): Promise<void> {
  const headers = headersOf(request);
  const most = request.url === SERVER_TARGET ? MAX_ONION_REQUEST_BYTES : MAX_FRAME_BYTES;
  let answered: Reply;
  if (headers === undefined) answered = reply(400);
  else if (draining) answered = busyReply(503);
  else {
    const body = await readBody(request, most, share);
    answered = 'status' in body ? body : await answerInTurn(context, request, { headers, body, from });
  }
  respond(context, request, response, answered);
}

async function answerInTurn(
  context: RelayContext,
  { method: verb = '', url: path = '' }: IncomingMessage,
  { headers, body, from }: { readonly headers: Headers; readonly body: Bytes; readonly from: string },
): Promise<Reply> {
  const answered = await inTurn(context, from, (leave) => {
    if (path !== SERVER_TARGET) return answer(context, { verb, path, headers, body, from, waits: leave });
    return verb === 'POST' ? answerOnionRequest(context, { body, from, waits: leave }) : reply(405);
  });
  return answered ?? busyReply();
}

function respond(
  context: RelayContext,
  request: IncomingMessage,
  response: ServerResponse,
  answered: Reply,
): void {
  const { status, headers, body } = answered;
  // A body that was not read would be taken for the next request; over HTTP/2 it has a stream of its own.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('Connection', 'close');
  response.setHeader(HEADER.timestamp, String(context.now()));
  for (const [name, value] of headers) response.setHeader(name, value);
  if (status !== 204) response.setHeader('Content-Length', body?.length ?? 0);
  response.writeHead(status);
  response.end(body);
}

/** Without those of HTTP/2 that stand for its request line. */
function headersOf({ headers }: Pick<IncomingMessage, 'headers'>): Headers | undefined {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  if (entries.length > MAX_HEADERS) return undefined;
  return new Map(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
}
