import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RelayCertificate } from '../src/tls/relay-certificate.ts';

/** What a service was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Told {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A service of somebody else's, on loopback: it answers as it is told and keeps what it was asked. */
export class HttpPeer {
  readonly asked: Asked[] = [];
  readonly origin: string;
  answer: (asked: Asked) => Told | 'nothing' = () => ({ status: 200 });
  readonly #close: () => Promise<unknown>;

  private constructor(origin: string, close: () => Promise<unknown>) {
    this.origin = origin;
    this.#close = close;
  }

  static async listen(certificate?: RelayCertificate): Promise<HttpPeer> {
    let peer: HttpPeer | undefined;
    const serve: RequestListener = async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
      const body = Buffer.concat(parts).toString();
      const asked = { path: request.url ?? '', headers: request.headers, body };
      peer?.asked.push(asked);
      const told = peer?.answer(asked) ?? 'nothing';
      if (told === 'nothing') response.destroy();
      else response.writeHead(told.status, told.headers).end(told.body);
    };
    const server =
      certificate === undefined
        ? createServer(serve)
        : createTlsServer({ cert: certificate.certificate, key: certificate.privateKey }, serve);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    peer = new HttpPeer(`${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return peer;
  }

  async dispose(): Promise<void> {
    await this.#close();
  }
}
