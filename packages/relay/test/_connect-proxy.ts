import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy as there are in offices: it joins what asks for it by CONNECT to a port of this machine, and counts. */
export interface ConnectProxy {
  readonly port: number;
  /** How many connections were asked of it. */
  readonly asked: () => number;
  close(): Promise<void>;
}

export async function createConnectProxy(to: number): Promise<ConnectProxy> {
  let asked = 0;
  const open = new Set<Socket>();
  const server = createServer();
  server.on('connect', (_request, client: Socket) => {
    asked += 1;
    const relay = connect(to, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const [one, other] of [
      [client, relay],
      [relay, client],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
