import { connect, createServer, type Server, type Socket } from 'node:net';
import { Flow } from './flow.ts';
import type { LinkRules, PartyName } from './link-rules.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** A server of the world: everybody is told `front`, it listens at `back`. */
export interface Door {
  readonly name: PartyName;
  readonly front: Place;
  readonly back: Place;
}

/**
 * Stands in front of every server of a world. It dials on from the address that it was dialled from, so that
 * servers see whom they would see without it, and it knows who talks to whom.
 */
export class ChaosProxy {
  readonly #rules: LinkRules;
  readonly #parties = new Map<string, PartyName>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #newcomer: PartyName = 'unknown';
  connections = 0;

  constructor(rules: LinkRules) {
    this.#rules = rules;
  }

  async open(door: Door): Promise<void> {
    this.#parties.set(door.back.host, door.name);
    // Both directions of a connection end on their own.
    const server = createServer({ allowHalfOpen: false }, (socket) => this.#accept(door, socket));
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...door.front, exclusive: true }, resolve);
    });
  }

  /** Addresses that were not seen before belong to this party from now on. */
  expect(name: PartyName): void {
    this.#newcomer = name;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
  }

  #accept(door: Door, dialler: Socket): void {
    this.connections++;
    const address = dialler.remoteAddress ?? '';
    const from = this.#parties.get(address) ?? this.#newcomer;
    this.#parties.set(address, from);
    this.#watch(dialler);
    dialler.pause();
    if (this.#rules.treat(from, door.name).treatment === 'cut') {
      dialler.resetAndDestroy();
      return;
    }
    this.#whenHeard(from, door.name, dialler, () => this.#join(door, { from, address, dialler }));
  }

  /** Nobody hears a caller through a partition; the call goes on when it is over, unless it was given up. */
  #whenHeard(from: PartyName, to: PartyName, dialler: Socket, go: () => void): void {
    if (!this.#rules.isSilent(from, to)) {
      go();
      return;
    }
    const stop = this.#rules.onChange(() => {
      if (this.#rules.isSilent(from, to)) return;
      stop();
      if (!dialler.destroyed) go();
    });
    dialler.once('close', stop);
  }

  #join(door: Door, { from, address, dialler }: { from: PartyName; address: string; dialler: Socket }): void {
    const server = this.#dial(door, address);
    const cut = (): void => {
      dialler.resetAndDestroy();
      server.resetAndDestroy();
    };
    const flows = [
      new Flow({ rules: this.#rules, from, to: door.name, source: dialler, target: server, cut }),
      new Flow({ rules: this.#rules, from: door.name, to: from, source: server, target: dialler, cut }),
    ];
    const stop = this.#rules.onChange(() => {
      for (const flow of flows) flow.pump();
    });
    dialler.once('close', () => {
      if (server.destroyed) stop();
    });
    server.once('close', () => {
      if (dialler.destroyed) stop();
    });
    if (this.#rules.isDoubled(from, door.name)) this.#double(door, address, dialler);
    dialler.resume();
  }

  /** The same words once more, on a connection of their own; nobody hears what is answered there. */
  #double(door: Door, address: string, dialler: Socket): void {
    const second = this.#dial(door, address);
    second.resume();
    dialler.on('data', (bytes: Buffer) => {
      if (second.writable) second.write(bytes);
    });
    dialler.once('close', () => second.end());
  }

  #dial(door: Door, address: string): Socket {
    const server = connect({ ...door.back, ...(address === '' ? {} : { localAddress: address }) });
    this.#watch(server);
    return server;
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // Whoever is on the other side hears of the end.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
