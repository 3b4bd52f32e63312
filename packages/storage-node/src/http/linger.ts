import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_REQUEST_BYTES } from '@sotto/protocol';
import { LINGER } from '../constants.ts';

/**
 * End an answer over HTTP/1.1 whose request was not read to its end. Closed at once with bytes that nobody reads, the
 * connection would be reset, and the answer lost before the other side has read it; so what still comes is thrown
 * away until all of it has, or for a moment, or up to as much as a request may have.
 */
export function endAfterRest(request: IncomingMessage, response: ServerResponse, body: Uint8Array): void {
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  const end = (): void => {
    clearTimeout(late);
    response.end();
  };
  const late = setTimeout(end, LINGER);
  let came = 0;
  request.on('data', (part: Buffer) => {
    came += part.length;
    if (came > MAX_REQUEST_BYTES) end();
  });
  request.once('end', end);
  request.once('close', end);
  request.resume();
}
