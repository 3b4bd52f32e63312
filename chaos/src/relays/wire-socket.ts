import {
  decodeFrame,
  encodeFrame,
  NO_HEADERS,
  PATH,
  type RequestFrame,
  type ResponseFrame,
} from '@sotto/protocol';
import { WebSocket } from 'ws';

/** An answer that takes longer does not come, milliseconds. */
const PATIENCE = 15_000;

export interface WireOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the relay asks or pushes. */
  readonly onRequest?: (request: RequestFrame) => void;
}

/** One socket of Signal's service protocol (reference: signal-service §1), frames as they are. */
export class WireSocket {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<bigint, (answer: ResponseFrame | undefined) => void>();
  #nextId = 1n;
  #isOpen = true;

  private constructor(socket: WebSocket, onRequest: (request: RequestFrame) => void) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isOpen = false;
        for (const answer of this.#waiting.values()) answer(undefined);
        resolve();
      });
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const frame = decodeFrame(data as Buffer);
      if (frame.kind === 'request') onRequest(frame);
      else this.#waiting.get(frame.id)?.(frame);
    });
  }

  /** Undefined when nobody is there, or does not let us in. */
  static open({
    url,
    headers = {},
    onRequest = () => undefined,
  }: WireOptions): Promise<WireSocket | undefined> {
    // Who a relay is, is looked at elsewhere.
    const options = { headers, rejectUnauthorized: false, handshakeTimeout: PATIENCE };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${PATH.socket}`, options);
    const wire = new WireSocket(socket, onRequest);
    return new Promise((resolve) => {
      socket.once('open', () => resolve(wire));
      void wire.closed.then(() => resolve(undefined));
    });
  }

  /** Undefined when the socket was lost, or nothing came in time: what was asked for has happened, or not. */
  request(request: Omit<RequestFrame, 'kind' | 'id' | 'headers'> & Partial<Pick<RequestFrame, 'headers'>>) {
    const id = this.#nextId++;
    return new Promise<ResponseFrame | undefined>((resolve) => {
      const timer = setTimeout(() => settle(undefined), PATIENCE);
      const settle = (answer: ResponseFrame | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      this.#waiting.set(id, settle);
      if (this.#isOpen)
        this.#socket.send(encodeFrame({ kind: 'request', headers: NO_HEADERS, ...request, id }));
      else settle(undefined);
    });
  }

  answer(request: RequestFrame, status: number): void {
    if (!this.#isOpen) return;
    const id = request.id ?? 0n;
    this.#socket.send(encodeFrame({ kind: 'response', id, status, message: 'OK', headers: NO_HEADERS }));
  }

  /** Hang up without a word. */
  cut(): void {
    this.#socket.terminate();
  }
}
