import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { READ_TIMEOUT } from '../constants.ts';
import { endAfterRest } from './linger.ts';
import type { NodeRequest } from './read-body.ts';
import type { HttpReply } from './reply.ts';
import { whenGone } from './when-gone.ts';

export type NodeResponse = ServerResponse | Http2ServerResponse;

/** When the other end of an answer goes away, and what ends the waiting for it. */
export function leaving(
  request: NodeRequest,
  response: NodeResponse,
): { readonly left: Promise<void>; forget(): void } {
  let forget: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    if (isHttp2(request)) response.once('close', resolve);
    else forget = whenGone(request.socket, resolve);
  });
  return { left, forget };
}

/** Resolves when the answer is handed over or its reader has gone. */
export function respond(
  request: NodeRequest,
  response: NodeResponse,
  reply: HttpReply,
  left: Promise<void>,
): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => cutOff(request), READ_TIMEOUT);
    const end = (): void => {
      clearTimeout(late);
      resolve();
    };
    response.once('finish', end);
    void left.then(end);
    const head = { 'content-type': reply.type, 'content-length': reply.body.length, ...reply.headers };
    if (isHttp2(request)) {
      const { stream } = request;
      // What was not read of a body that was refused is not wanted any more. Closed in the same moment, Node ends the
      // process when the answer is empty: it looks for trailers of a stream that is gone (seen with 20.20).
      if (!request.complete) stream.once('finish', () => setImmediate(() => stream.close()));
      (response as Http2ServerResponse).writeHead(reply.status, head);
    } else if (!request.complete) {
      // A body that was not read to its end would be taken for the next request.
      (response as ServerResponse).writeHead(reply.status, { ...head, connection: 'close' });
      endAfterRest(request, response as ServerResponse, reply.body);
      // It is said, and whoever has not stopped sending takes no room of others meanwhile.
      resolve();
      return;
    } else (response as ServerResponse).writeHead(reply.status, head);
    (response as ServerResponse).end(reply.body);
  });
}

/** Over HTTP/2, to destroy the request leaves the stream and its answer where they are. */
function cutOff(request: NodeRequest): void {
  if (isHttp2(request)) request.stream.close(constants.NGHTTP2_CANCEL);
  else request.destroy();
}

export function isHttp2(request: NodeRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2;
}
