import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** One request and its answer, as `node:http` or `node:http2` hand them over. */
export type Exchange =
  | { readonly request: IncomingMessage; readonly response: ServerResponse }
  | { readonly request: Http2ServerRequest; readonly response: Http2ServerResponse };

/** A header that is there once; of several, what Node makes of them. */
export function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Told when something failed that is ours to repair. Never about what a client did. */
export type Failed = (error: unknown) => void;
