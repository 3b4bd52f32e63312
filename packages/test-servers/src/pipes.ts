import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a storage node that is reached through its pipe listens itself: one port higher. */
export const BEHIND = 1;

interface Place {
  readonly ip: string;
  readonly httpsPort: number;
}

/**
 * Stands at the addresses of storage nodes and passes on what comes, so that the network between them can be cut in
 * two. Who dials is told by the address it dials from, which the node behind sees as well; clients are on both sides.
 */
export class Pipes {
  readonly #servers: Server[] = [];
  readonly #open = new Set<{
    readonly from: string;
    readonly to: string;
    readonly ends: readonly Socket[];
  }>();
  #side: ReadonlyMap<string, number> = new Map();

  static async before(places: readonly Place[]): Promise<Pipes> {
    const pipes = new Pipes();
    await Promise.all(places.map((place) => pipes.add(place)));
    return pipes;
  }

  add({ ip, httpsPort }: Place): Promise<void> {
    const server = createServer((socket) => this.#pass(socket, ip, httpsPort + BEHIND));
    this.#servers.push(server);
    return new Promise((resolve) => server.listen(httpsPort, ip, resolve));
  }

  /** Nothing passes between nodes of different sides, from now on. */
  cut(...sides: readonly (readonly Place[])[]): void {
    this.#side = new Map(sides.flatMap((side, index) => side.map(({ ip }) => [ip, index] as const)));
    for (const { from, to, ends } of this.#open)
      if (!this.#mayPass(from, to)) for (const end of ends) end.destroy();
  }

  join(): void {
    this.#side = new Map();
  }

  async close(): Promise<void> {
    for (const { ends } of this.#open) for (const end of ends) end.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #mayPass(from: string, to: string): boolean {
    const [one, other] = [this.#side.get(from), this.#side.get(to)];
    return one === undefined || other === undefined || one === other;
  }

  #pass(near: Socket, to: string, port: number): void {
    near.on('error', () => near.destroy());
    const from = near.remoteAddress ?? '';
    if (!this.#mayPass(from, to)) {
      near.destroy();
      return;
    }
    const far = connect({ host: to, port, localAddress: from });
    far.on('error', () => near.destroy());
    const one = { from, to, ends: [near, far] };
    this.#open.add(one);
    near.pipe(far).pipe(near);
    near.once('close', () => {
      this.#open.delete(one);
      far.destroy();
    });
    far.once('close', () => near.destroy());
  }
}
