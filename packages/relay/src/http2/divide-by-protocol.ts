import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

/** What a TLS server offers, the better first (RFC 7301). A client that names none speaks HTTP/1.1. */
export const PROTOCOLS = ['h2', 'http/1.1'];

/** Give the connections that have agreed on HTTP/2 to `accept`. The server serves all others as it did before. */
export function divideByProtocol(server: Server, accept: (socket: TLSSocket) => void): void {
  const speakHttp1 = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol === 'h2') accept(socket);
    else for (const listener of speakHttp1) listener.call(server, socket);
  });
}
