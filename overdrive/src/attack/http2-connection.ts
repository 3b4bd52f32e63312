import { connect, type TLSSocket } from 'node:tls';
import { type Ending, EndWatch } from './end-watch.ts';
import { FLAG, FRAME, http2Frame, PREFACE, readHttp2Frames, settingsOf } from './http2-frames.ts';
import type { RawPlace } from './raw-connection.ts';

const CONNECT_TIMEOUT = 10_000;

/** One connection of HTTP/2 that sends whatever it is told, and hears how that ends. */
export class Http2Connection {
  readonly socket: TLSSocket;
  readonly ready: Promise<void>;
  /** Streams that the server has answered, and those that it has broken off. */
  readonly answered = new Set<number>();
  readonly reset = new Map<number, number>();
  #heard: Buffer = Buffer.alloc(0);
  readonly #end: EndWatch;

  /** `first` is said as soon as the connection is there. */
  constructor(socket: TLSSocket, first: Buffer) {
    this.socket = socket;
    this.ready = new Promise((resolve) => {
      const begin = (): void => {
        this.write(first);
        resolve();
      };
      if (socket.getProtocol() === null) socket.once('secureConnect', begin);
      else begin();
      socket.once('close', resolve);
      socket.setTimeout(CONNECT_TIMEOUT, resolve);
    });
    socket.on('data', (part) => this.#read(part));
    this.#end = new EndWatch(socket);
  }

  static to(
    { host, port }: RawPlace,
    settings: readonly (readonly [number, number])[] = [],
  ): Http2Connection {
    const socket = connect({ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false });
    return new Http2Connection(socket, Buffer.concat([PREFACE, settingsOf(settings)]));
  }

  /** From now on the time counts. */
  start(): void {
    this.#end.start();
  }

  get isOver(): boolean {
    return this.#end.said !== undefined || this.socket.destroyed;
  }

  write(bytes: Buffer): boolean {
    return this.socket.destroyed ? false : this.socket.write(bytes);
  }

  /** The server has done all that it will: what it did to the streams counts as its last word. */
  settle(said: string): void {
    this.#end.said ??= said;
    this.#end.finish(this.#end.said);
  }

  /** Wait until it has ended, or so long. */
  ended(patience: number): Promise<Ending> {
    return this.#end.ended(patience);
  }

  #read(part: Buffer): void {
    this.#heard = this.#heard.length === 0 ? part : Buffer.concat([this.#heard, part]);
    // What whoever has dialled says first is no frame.
    if (this.#heard.subarray(0, PREFACE.length).equals(PREFACE)) {
      this.#heard = this.#heard.subarray(PREFACE.length);
    }
    this.#heard = readHttp2Frames(this.#heard, ({ type, flags, stream, payload }) => {
      if (type === FRAME.settings && (flags & FLAG.ack) === 0) {
        this.write(http2Frame(FRAME.settings, 0, Buffer.alloc(0), FLAG.ack));
      }
      if (type === FRAME.headers) this.answered.add(stream);
      if (type === FRAME.reset) this.reset.set(stream, payload.readUInt32BE(0));
      if (type !== FRAME.goaway) return;
      this.#end.said = `goaway ${payload.readUInt32BE(4)}`;
      this.#end.finish(this.#end.said);
    });
  }
}
