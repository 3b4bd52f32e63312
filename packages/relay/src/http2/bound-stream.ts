import { constants, Http2ServerResponse, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { BODY_TIMEOUT, STUCK_AFTER } from '../constants.ts';
import type { OpenedStream } from './sessions.ts';

/** A request has the time to come that HTTP/1.1 gives it, from its headers on; then its stream is reset. */
export function boundRequest({ stream, complete }: OpenedStream): void {
  if (complete) return;
  const timer = setTimeout(() => reset(stream), BODY_TIMEOUT).unref();
  const forget = (): void => clearTimeout(timer);
  stream.once('end', forget);
  stream.once('close', forget);
}

/**
 * To be called with the answer: its reading may stand still for so long. Once it has gone, what is still missing of
 * the request is not waited for.
 */
export function boundAnswer(stream: ServerHttp2Stream, stuckAfter: number = STUCK_AFTER): void {
  stream.setTimeout(stuckAfter, () => reset(stream));
  stream.once('finish', () => {
    const whole = stream.endAfterHeaders || stream.readableEnded;
    // Not in this moment: after an answer without a body Node looks for trailers, and ends the process when the stream
    // has gone (seen with 20.20 at a storage node).
    if (!whole) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  });
}

/** The answer to a plain request, bounded like that. */
export class BoundResponse extends Http2ServerResponse {
  override writeHead(status: number, headers?: OutgoingHttpHeaders): this;
  override writeHead(status: number, message: string, headers?: OutgoingHttpHeaders): this;
  override writeHead(status: number, ...rest: unknown[]): this {
    if (!this.stream.destroyed) boundAnswer(this.stream);
    return super.writeHead(status, ...(rest as [OutgoingHttpHeaders?]));
  }
}

function reset(stream: ServerHttp2Stream): void {
  stream.close(constants.NGHTTP2_CANCEL);
}
