import { request as ask, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A reverse proxy that ends TLS and passes everything on by plain HTTP/1.1, as one before a relay does. */
export interface TlsProxy {
  readonly port: number;
  /** Sockets that were upgraded through it. */
  readonly upgraded: number;
  close(): Promise<void>;
}

/**
 * It shows the certificate of `tls` (PEM) and asks the server at `upstream`. `seenAs` is the address of every client in
 * `X-Forwarded-For`, behind what the client has written there.
 */
export async function startTlsProxy(options: {
  readonly tls: { readonly cert: string; readonly key: string };
  readonly upstream: number;
  readonly seenAs: string;
}): Promise<TlsProxy> {
  const { tls, upstream, seenAs } = options;
  let upgraded = 0;
  const passOn = ({ method = 'GET', url = '/', headers }: IncomingMessage) => {
    const named = [headers['x-forwarded-for'], seenAs].filter((name) => name !== undefined).join(', ');
    const sent = { ...headers, 'x-forwarded-for': named };
    return ask({ host: '127.0.0.1', port: upstream, method, path: url, headers: sent, agent: false });
  };
  const server = createServer(tls, (request, response) => {
    const passed = passOn(request);
    passed.on('response', (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const passed = passOn(request);
    passed.on('upgrade', (reply, far, early: Buffer) => {
      upgraded++;
      client.write(`${headOf(reply)}\r\n\r\n`);
      client.write(early);
      far.write(head);
      join(client, far);
    });
    passed.on('response', (reply) => {
      client.write(`${headOf(reply)}\r\n\r\n`);
      reply.pipe(client);
    });
    passed.on('error', () => client.destroy());
    client.on('error', () => passed.destroy());
    passed.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get upgraded() {
      return upgraded;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join('\r\n');
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    here.on('error', () => there.destroy());
    here.on('close', () => there.destroy());
  }
}
