import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { DRAIN_TIMEOUT, HANDSHAKE_TIMEOUT } from '../constants.ts';
import { RelayError } from '../errors.ts';
import { divideByProtocol, PROTOCOLS } from '../http2/divide-by-protocol.ts';
import type { RelayCertificate } from '../tls/relay-certificate.ts';
import { HTTP_LIMITS } from './limits.ts';
import type { HttpService } from './serve-http.ts';

/** Without a certificate it speaks plain http. It does not listen yet. */
export function createServer(service: HttpService, certificate: RelayCertificate | undefined): Server {
  const server =
    certificate === undefined ? createHttpServer(HTTP_LIMITS) : createTlsServer(service, certificate);
  server.on('request', service.request);
  server.on('upgrade', (request, stream, head) => void service.upgrade(request, stream, head));
  server.on('clientError', service.unreadable);
  return server;
}

/** Speaks HTTP/2 too. */
function createTlsServer({ accept }: HttpService, certificate: RelayCertificate): Server {
  const server = createHttpsServer({
    ...HTTP_LIMITS,
    ...shownBy(certificate),
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    ALPNProtocols: PROTOCOLS,
  });
  divideByProtocol(server, accept);
  return server;
}

/** Whoever connects from now on sees another certificate. To be called with what `createServer` made of one. */
export function showCertificate(server: Server, certificate: RelayCertificate): void {
  (server as HttpsServer).setSecureContext(shownBy(certificate));
}

function shownBy({ certificate, privateKey }: RelayCertificate): SecureContextOptions {
  return { cert: certificate, key: privateKey, minVersion: 'TLSv1.2' };
}

/** Resolve with the port. Rejects with RelayError `cannot-listen`. */
export function listenOn(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new RelayError('cannot-listen', 'cannot listen on that address', { cause: error })),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** What is being answered is finished first, in DRAIN_TIMEOUT; what is not then is cut. */
export async function stopServing(server: Server, service: HttpService): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const deadline = new Promise<void>((resolve) => {
    setTimeout(resolve, DRAIN_TIMEOUT).unref();
  });
  const drained = service.drain();
  if ('closeIdleConnections' in server) (server as { closeIdleConnections(): void }).closeIdleConnections();
  await Promise.race([drained.then(() => closed), deadline]);
  service.cut();
  if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
  await closed;
}
