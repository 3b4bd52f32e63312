import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { addressOf, FRAME_CHECK_INTERVAL, PerAddress, SessionWatch } from '@sotto/limits';
import {
  CONNECTIONS,
  HANDSHAKE_TIMEOUT,
  HEAD_ALLOWANCE,
  HEAD_TIMEOUT,
  IDLE_TIMEOUT,
  LINGER,
  MAX_HEADER_BYTES,
  UNREAD_ALLOWANCE,
} from '../constants.ts';
import type { Certificate } from '../data/certificate.ts';
import { StorageNodeError } from '../errors.ts';
import { LINK_SETTINGS } from '../link/dial-link.ts';
import { HeadWatch } from './head-watch.ts';
import type { NodeRequest } from './read-body.ts';
import type { NodeResponse } from './respond.ts';
import type { HttpService } from './serve-http.ts';

const SESSION_WINDOW = 1024 * 1024;

export interface ConnectionLimits {
  readonly total: number;
  /** All that are at no listed node's address, together. */
  readonly ofStrangers: number;
  /** One address. */
  readonly ofOne: number;
}

export interface NodeServerOptions {
  readonly service: Pick<HttpService, 'request'>;
  readonly certificate: Certificate;
  /** Whether a listed node has this address. */
  isNode(address: string): boolean;
  readonly connections?: ConnectionLimits;
}

/** The one port of a node: TLS, HTTP/1.1 for clients that know no more, HTTP/2 for nodes and the others. */
export class NodeServer {
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  /** Those that speak HTTP/1.1. */
  readonly #plain = new Set<TLSSocket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #heads = new HeadWatch();
  readonly #frames = new SessionWatch({ head: HEAD_ALLOWANCE, unread: UNREAD_ALLOWANCE });
  readonly #looking = setInterval(() => this.#frames.check(), FRAME_CHECK_INTERVAL).unref();
  readonly #isNode: (address: string) => boolean;
  readonly #byAddress: PerAddress;
  readonly #mostStrangers: number;
  #strangers = 0;

  constructor({ service, certificate, isNode, connections = CONNECTIONS }: NodeServerOptions) {
    this.#isNode = isNode;
    this.#byAddress = new PerAddress(connections.ofOne);
    this.#mostStrangers = connections.ofStrangers;
    this.#server = createSecureServer({
      cert: certificate.certificate,
      key: certificate.privateKey,
      allowHTTP1: true,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      settings: { ...LINK_SETTINGS, maxHeaderListSize: MAX_HEADER_BYTES },
      maxSessionMemory: 64,
    });
    this.#server.maxConnections = connections.total;
    // Without a listener, whatever is idle for so long is destroyed: sessions and plain connections alike.
    this.#server.setTimeout(IDLE_TIMEOUT);
    this.#server.on('connection', (socket: Socket) => this.#admit(socket));
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      if (socket.alpnProtocol === 'h2') return;
      keepUntilClose(this.#plain, socket);
      this.#heads.add(socket);
    });
    this.#server.on('session', (session: ServerHttp2Session) => {
      keepUntilClose(this.#sessions, session);
      this.#frames.add(session);
      // Room for several bodies under way, so that a large one does not hold up the others.
      session.setLocalWindowSize(SESSION_WINDOW);
      // Whoever waits for the session hears of its end by 'close'.
      session.on('error', () => undefined);
      const idle = setTimeout(() => session.destroy(), HEAD_TIMEOUT).unref();
      session.once('stream', () => clearTimeout(idle));
      session.on('stream', () => this.#frames.begun(session));
      session.once('close', () => clearTimeout(idle));
    });
    this.#server.on('request', (request: NodeRequest, response: NodeResponse) => {
      if (request.httpVersionMajor === 1) {
        const socket = request.socket as TLSSocket;
        this.#heads.begun(socket);
        response.once('close', () => this.#heads.answered(socket));
        service.request(request, response, () => undefined);
        return;
      }
      const session = (request as Http2ServerRequest).stream.session as ServerHttp2Session;
      response.once('close', () => {
        if (!request.complete) this.#frames.leftUnread(session);
      });
      service.request(request, response, (bytes) => this.#frames.came(session, bytes));
    });
  }

  /** Connections that are open, of clients and nodes. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves with the port. Rejects with StorageNodeError `cannot-listen`. `failed` hears of what happens later. */
  listen(host: string, port: number, failed: (error: unknown) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      const refused = (error: unknown): void =>
        reject(new StorageNodeError('cannot-listen', 'cannot listen on that address', { cause: error }));
      this.#server.once('error', refused);
      this.#server.listen(port, host, () => {
        this.#server.off('error', refused);
        // A connection that could not be accepted: too many open files, for one.
        this.#server.on('error', failed);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Take no more connections. */
  stopListening(): void {
    this.#heads.stop();
    clearInterval(this.#looking);
    this.#server.close();
  }

  /** End all connections, when they have taken what was written or after a moment. */
  async close(): Promise<void> {
    this.stopListening();
    for (const session of this.#sessions) session.close();
    // Of a session the socket is not ended: what the session has still to say would be lost.
    for (const socket of this.#plain) socket.end();
    const timer = setTimeout(() => this.cut(), LINGER);
    await Promise.all(
      [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    clearTimeout(timer);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #admit(socket: Socket): void {
    const address = addressOf(socket);
    const stranger = this.#isNode(address) ? 0 : 1;
    const crowded = stranger > 0 && this.#strangers >= this.#mostStrangers;
    if (crowded || !this.#byAddress.enter(address)) {
      socket.destroy();
      return;
    }
    this.#strangers += stranger;
    keepUntilClose(this.#sockets, socket);
    socket.once('close', () => {
      this.#strangers -= stranger;
      this.#byAddress.leave(address);
    });
  }
}

function keepUntilClose<Closing extends { once(event: 'close', listener: () => void): unknown }>(
  open: Set<Closing>,
  one: Closing,
): void {
  open.add(one);
  one.once('close', () => open.delete(one));
}
