import type { IncomingMessage, ServerResponse } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import { BoundResponse } from './bound-stream.ts';
import type { OpenedStream } from './sessions.ts';

/**
 * A plain request over HTTP/2 as one of HTTP/1.1, which it is like in all that we use. By itself the library lets a
 * body that was broken off end as if it were whole.
 */
export function plainRequest({
  stream,
  headers,
  rawHeaders,
}: OpenedStream): [IncomingMessage, ServerResponse] {
  const request = new Http2ServerRequest(stream, headers, {}, rawHeaders);
  request.on('error', () => undefined);
  stream.once('aborted', () => request.destroy(new Error('broken off')));
  const [asMessage, asResponse]: unknown[] = [request, new BoundResponse(stream)];
  return [asMessage as IncomingMessage, asResponse as ServerResponse];
}
