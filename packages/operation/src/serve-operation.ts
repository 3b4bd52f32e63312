import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperationError } from './errors.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** Few are expected here: a scraper, a supervisor, an operator. */
const MAX_CONNECTIONS = 32;
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 30_000,
};

export interface OperationOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly metrics: ServerMetrics;
  /** Why it takes no new work, or undefined when it does. */
  readonly unready: () => string | undefined;
}

export interface Operation {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serve an operator's questions on a port of their own, by plain http: `/metrics`, `/health/live` (the process
 * answers) and `/health/ready` (it takes new work). For loopback or a network of the operator's own.
 * Rejects with OperationError `cannot-listen`.
 */
export async function serveOperation({ listen, metrics, unready }: OperationOptions): Promise<Operation> {
  const server = createServer(LIMITS, (request, response) => {
    answer(request, response, metrics, unready).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new OperationError('cannot-listen', 'cannot listen on the address for metrics', { cause })),
    );
    server.listen(listen.port, listen.host, () => resolve((server.address() as AddressInfo).port));
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  metrics: ServerMetrics,
  unready: () => string | undefined,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'only GET is answered here');
  switch (url?.split('?')[0]) {
    case '/metrics':
      response.setHeader('Content-Type', metrics.contentType);
      return end(response, 200, await metrics.text());
    case '/health/live':
      return end(response, 200, 'live');
    case '/health/ready': {
      const reason = unready();
      return end(response, reason === undefined ? 200 : 503, reason ?? 'ready');
    }
    default:
      return end(response, 404, 'here are /metrics, /health/live and /health/ready');
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.writeHead(status);
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
