import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of a chunk on its way to the server. */
type Verdict = 'pass' | 'cut' | 'pass and cut' | 'pass and freeze';

/** A road to a server that a test can look at, cut and freeze. */
export interface Road {
  readonly url: string;
  /** Decides about what a client sends. */
  judge: (chunk: Buffer) => Verdict;
  close(): Promise<void>;
}

/** Lead a new port of loopback to the socket of a PostgreSQL. */
export async function buildRoad(serverUrl: string): Promise<Road> {
  const target = new URL(serverUrl);
  const path = `${target.searchParams.get('host')}/.s.PGSQL.5432`;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(path);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    let isFrozen = false;
    client.on('data', (chunk) => {
      if (isFrozen) return;
      const verdict = road.judge(chunk);
      if (verdict !== 'cut') upstream.write(chunk);
      if (verdict === 'pass and freeze') isFrozen = true;
      // Only the way to the client: what has gone to the server is carried out.
      else if (verdict !== 'pass') client.destroy();
    });
    upstream.on('data', (chunk) => {
      if (!isFrozen) client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const road: Road = {
    url: `postgres://${target.username}:${target.password}@127.0.0.1:${port}${target.pathname}`,
    judge: () => 'pass',
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return road;
}
