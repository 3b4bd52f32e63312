import type { TLSSocket } from 'node:tls';
import type { GuardReply, GuardRequest } from '@sotto/transport-onion';
import type { Address } from './address.ts';
import { secure } from './connect.ts';
import { dial, type Way } from './dial.ts';
import { type GuardFrames, openFrames } from './guard-frames.ts';
import { GuardHttp } from './guard-http.ts';

/** TCP, proxy, TLS and the opening of frames together, milliseconds. A guard that takes longer would make a bad path. */
const CONNECT_TIMEOUT = 10_000;

const UNCONNECTED: GuardReply = { outcome: 'unreachable', reason: 'no-connection' };

/**
 * What leads to one guard: HTTP/1.1, or where `takesFrames` says so and the guard knows them, one connection with
 * everything in frames (docs/decisions/0029). What the guard knows is found out at the first connection.
 */
export class GuardConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #way: Way;
  readonly #takesFrames: boolean;
  #frames: GuardFrames | undefined;
  #http: GuardHttp | undefined;
  /** While it is being connected to, for all who wait for that. */
  #connecting: Promise<GuardFrames | GuardHttp | undefined> | undefined;
  /** Requests that are not answered yet. */
  underWay = 0;

  constructor({ host, port }: Address, way: Way, takesFrames: boolean) {
    this.#host = host;
    this.#port = port;
    this.#way = way;
    this.#takesFrames = takesFrames;
  }

  /** Never rejects. */
  async ask(request: GuardRequest): Promise<GuardReply> {
    this.underWay += 1;
    try {
      const open = this.#open;
      if (open !== undefined) return await open.ask(request, request.timeout);
      return await this.#askOnceConnected(request);
    } finally {
      this.underWay -= 1;
    }
  }

  close(): void {
    this.#frames?.close();
    this.#http?.close();
  }

  get #open(): GuardFrames | GuardHttp | undefined {
    return this.#frames?.isOpen === true ? this.#frames : this.#http;
  }

  async #askOnceConnected(request: GuardRequest): Promise<GuardReply> {
    if (request.signal?.aborted === true) return { outcome: 'unreachable', reason: 'aborted' };
    const end = performance.now() + request.timeout;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    const way = await inTime(this.#connecting, request);
    if (way === undefined) return UNCONNECTED;
    if (way === 'timeout' || way === 'aborted') return { outcome: 'unreachable', reason: way };
    return way.ask(request, Math.max(1, end - performance.now()));
  }

  /** `undefined` when there is nobody. */
  async #connect(): Promise<GuardFrames | GuardHttp | undefined> {
    if (!this.#takesFrames) return this.#overHttp();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), CONNECT_TIMEOUT);
    try {
      const socket = await this.#dial(['h2', 'http/1.1'], abort.signal);
      if (socket === undefined) return undefined;
      if (socket.alpnProtocol !== 'h2') return this.#overHttp(socket);
      const opened = await openFrames(socket, this.#authority, abort.signal);
      if (opened.outcome === 'unreachable') return undefined;
      if (opened.outcome === 'foreign') return this.#overHttp();
      this.#frames = opened.frames;
      return opened.frames;
    } finally {
      clearTimeout(timer);
    }
  }

  /** `first`: a connection that there is already. */
  #overHttp(first?: TLSSocket): GuardHttp {
    let spare = first;
    this.#http = new GuardHttp(this.#authority, async () => {
      const taken = spare;
      spare = undefined;
      if (taken !== undefined && !taken.destroyed) return taken;
      return this.#dial(['http/1.1'], AbortSignal.timeout(CONNECT_TIMEOUT));
    });
    return this.#http;
  }

  async #dial(protocols: readonly string[], signal: AbortSignal): Promise<TLSSocket | undefined> {
    const target = { host: this.#host, port: this.#port };
    const raw = await dial(target, this.#way, signal);
    if (raw === undefined) return undefined;
    const options = { rejectUnauthorized: false, ALPNProtocols: [...protocols] };
    const secured = await secure(raw, target, signal, options);
    return secured.outcome === 'connected' ? secured.stream : undefined;
  }

  get #authority(): string {
    return `${this.#host}:${this.#port}`;
  }
}

/** What comes, or why it is not waited for any longer. */
function inTime<Value>(
  coming: Promise<Value>,
  { timeout, signal }: Pick<GuardRequest, 'timeout' | 'signal'>,
): Promise<Value | 'timeout' | 'aborted'> {
  return new Promise((resolve, reject) => {
    const settle = (value: Value | 'timeout' | 'aborted'): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(value);
    };
    const abort = (): void => settle('aborted');
    const timer = setTimeout(() => settle('timeout'), timeout);
    signal?.addEventListener('abort', abort);
    coming.then(settle, reject);
  });
}
