import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { addressOf, ByteBudget, PerAddress } from '@sotto/limits';
import { Context } from 'zeromq';
import { accept } from './accept.ts';
import { CONNECTIONS, STALL_TIMEOUT, UNREAD_BYTES } from './constants.ts';
import type { Conversation } from './conversation.ts';
import { dial } from './dial.ts';
import { OxenMqError } from './errors.ts';
import { PipeFolder } from './pipe-folder.ts';
import type { DialRequest, OxenMqOptions, Shared } from './shared.ts';
import { Zap } from './zap.ts';

/** OxenMQ of one node: the port that it listens on, and the connections that it makes. */
export class OxenMq {
  readonly #shared: Shared;
  readonly #conversations = new Set<Conversation>();
  readonly #arriving = new Set<Socket>();
  readonly #server: Server;
  readonly #byAddress: PerAddress;
  #strangers = 0;
  #closed = false;

  private constructor(shared: Shared) {
    // What was being made when all was ended has not failed: its folder and sockets went from under it.
    const failed = (error: unknown): void => {
      if (!this.#closed) shared.failed(error);
    };
    this.#shared = { ...shared, failed };
    const { connections = CONNECTIONS } = shared;
    this.#byAddress = new PerAddress(connections.ofOne);
    this.#server = createServer((socket) => this.#arrive(socket));
    this.#server.maxConnections = connections.total;
  }

  static async open(options: OxenMqOptions): Promise<OxenMq> {
    const { connections = CONNECTIONS, count, failed } = options;
    const context = new Context({ maxSockets: 3 * connections.total });
    let last = 0;
    return new OxenMq({
      patience: STALL_TIMEOUT,
      ...options,
      ...{ context, folder: new PipeFolder() },
      zap: await Zap.open(context),
      budget: new ByteBudget(UNREAD_BYTES),
      served: {
        ...{ categories: new Map(Object.entries(options.categories)), count, failed },
        ...{ underWay: new Set(), draining: false },
      },
      nextId: () => {
        last += 1;
        return last;
      },
    });
  }

  /** Resolves with the port. Rejects with OxenMqError `cannot-listen`. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const refused = (error: unknown): void =>
        reject(new OxenMqError('cannot-listen', 'cannot listen on that address', { cause: error }));
      this.#server.once('error', refused);
      this.#server.listen(port, host, () => {
        this.#server.off('error', refused);
        // A connection that could not be accepted: too many open files, for one.
        this.#server.on('error', (error) => this.#shared.failed(error));
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Connect to a node; `undefined` when it does not answer, or not with this key. Never rejects. */
  async dial(request: DialRequest): Promise<Conversation | undefined> {
    if (this.#closed) return undefined;
    const conversation = await dial(this.#shared, request);
    if (conversation === undefined) return undefined;
    this.#keep(conversation);
    if (this.#closed) conversation.cut();
    return conversation;
  }

  /** Take no more connections and answer no new requests; resolves when those of before are answered. */
  async drain(): Promise<void> {
    this.#stopListening();
    this.#shared.served.draining = true;
    await Promise.all(this.#shared.served.underWay);
  }

  /** End all connections, when they have taken what was written or after a moment. */
  async close(): Promise<void> {
    this.#stopListening();
    await Promise.all([...this.#conversations].map((one) => one.close()));
    this.cut();
  }

  /** End everything now. */
  cut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    for (const conversation of this.#conversations) conversation.cut();
    this.#shared.zap.close();
    this.#shared.folder.remove();
  }

  #stopListening(): void {
    this.#server.close();
    for (const socket of this.#arriving) socket.destroy();
  }

  #arrive(socket: Socket): void {
    const { isNodeAddress, count, connections = CONNECTIONS } = this.#shared;
    // Before its bytes are asked for: whoever breaks off is heard of by 'close'.
    socket.on('error', () => undefined);
    const address = addressOf(socket);
    const stranger = isNodeAddress(address) ? 0 : 1;
    const crowded = stranger > 0 && this.#strangers >= connections.ofStrangers;
    if (crowded || !this.#byAddress.enter(address)) {
      count('refused');
      socket.destroy();
      return;
    }
    this.#strangers += stranger;
    this.#arriving.add(socket);
    socket.once('close', () => {
      this.#strangers -= stranger;
      this.#byAddress.leave(address);
      this.#arriving.delete(socket);
    });
    accept(this.#shared, socket, address)
      .then((conversation) => {
        this.#arriving.delete(socket);
        if (conversation === undefined) return;
        this.#keep(conversation);
        if (this.#closed) conversation.cut();
      })
      .catch((error: unknown) => {
        socket.destroy();
        this.#shared.failed(error);
      });
  }

  #keep(conversation: Conversation): void {
    this.#conversations.add(conversation);
    void conversation.gone.then(() => this.#conversations.delete(conversation));
  }
}
