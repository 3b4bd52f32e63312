import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, type WebSocketServer } from 'ws';

/** What the library does after an upgrade of HTTP/1.1. Its types leave it out. */
interface AdoptingSocket extends WebSocket {
  setSocket(stream: Duplex, head: Buffer, options: ServerOptions): void;
}
type AdoptingSocketClass = new (
  address: null,
  protocols: undefined,
  options: ServerOptions,
) => AdoptingSocket;

const NOTHING = Buffer.alloc(0);

/** A stream of HTTP/2 as a socket of a server's, with the limits of those that it has upgraded itself (RFC 8441). */
export function adoptStream({ options, clients }: WebSocketServer, stream: Duplex): WebSocket {
  const socket = new (WebSocket as unknown as AdoptingSocketClass)(null, undefined, options);
  socket.setSocket(stream, NOTHING, options);
  clients.add(socket);
  socket.on('close', () => clients.delete(socket));
  return socket;
}

/**
 * What comes over a stream is counted from now on, since streams of HTTP/2 do not count it by themselves. To be called
 * before anybody else listens: a message must not be whole before its bytes are counted.
 */
export function countedStream(
  stream: Duplex,
): Pick<Duplex, 'cork' | 'uncork'> & { readonly bytesRead: number } {
  let bytesRead = 0;
  stream.on('data', (part: Buffer) => {
    bytesRead += part.length;
  });
  return {
    cork: () => stream.cork(),
    uncork: () => stream.uncork(),
    get bytesRead() {
      return bytesRead;
    },
  };
}
