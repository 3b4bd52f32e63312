import { LINGER, RETRY_AFTER_SECONDS } from '../constants.ts';
import { BlobsError } from '../errors.ts';
import type { Exchange, Failed } from './exchange.ts';

/** An answer without a body but words. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** One sentence for whoever looks why. */
  readonly words?: string;
}

export function refusal(status: number, words: string, headers: Reply['headers'] = {}): Reply {
  return { status, headers, words };
}

/** What a client is told when the store fails: to come again where that helps. */
export function replyToError(error: unknown, failed: Failed): Reply {
  failed(error);
  if (error instanceof BlobsError && (error.code === 'unreachable' || error.code === 'closed')) {
    return refusal(503, 'the store does not answer', { 'Retry-After': RETRY_AFTER_SECONDS });
  }
  return refusal(500, 'the store failed');
}

/** Say it, and let a body that nobody wants pass for a moment: who is cut off while writing never reads the answer. */
export function send(exchange: Exchange, { status, headers, words }: Reply): void {
  const { request, response } = exchange;
  if (response.headersSent || response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  const text = words === undefined || request.method === 'HEAD' ? '' : `${words}\n`;
  if (text !== '') response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (status !== 204 && status !== 304) response.setHeader('Content-Length', Buffer.byteLength(text));
  response.writeHead(status);
  response.end(text);
  dropRest(exchange);
}

/** Hear out for a moment what was sent along and is of no use, and then no longer: no connection is held by it. */
export function dropRest({ request }: Exchange): void {
  if (request.complete || request.destroyed) return;
  request.on('error', () => undefined);
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
}
