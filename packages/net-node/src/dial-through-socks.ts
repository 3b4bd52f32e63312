import type { Socket } from 'node:net';
import { fromUtf8 } from '@sotto/bytes';
import { SocksClient, type SocksProxy } from 'socks';
import type { Address } from './address.ts';
import type { ProxyAddress } from './proxy.ts';

/**
 * The longest limit of any caller. Not more: the library never takes its timer back, and holds the connection and
 * what it was given until it has run, long after it was refused. Milliseconds.
 */
const TIMEOUT = 10_000;

/**
 * Ask a SOCKS5 proxy to connect (RFC 1928) over a connection to it. A name goes to it as a name. True
 * when it has: what is written from now on reaches the target.
 */
export async function throughSocks(stream: Socket, proxy: ProxyAddress, target: Address): Promise<boolean> {
  const { host, port, login } = proxy;
  const server: SocksProxy = {
    type: 5,
    host,
    port,
    ...(login && { userId: login.user, password: fromUtf8(login.password.expose()) }),
  };
  try {
    await SocksClient.createConnection({
      command: 'connect',
      proxy: server,
      destination: { host: target.host, port: target.port },
      existing_socket: stream,
      timeout: TIMEOUT,
    });
    return true;
  } catch {
    // Refused, broken off or not SOCKS: the library tells in words, and all of them mean no connection.
    return false;
  } finally {
    delete server.userId;
    delete server.password;
  }
}
