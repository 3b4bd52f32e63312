import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readFrames } from '../load/web-socket-frames.ts';
import { type Ending, EndWatch } from './end-watch.ts';

export interface RawPlace {
  readonly host: string;
  readonly port: number;
  /** Address to come from. */
  readonly from?: string;
  readonly tls: boolean;
  /** The path of a Unix socket, in the place of all others. */
  readonly path?: string;
}

const BINARY = 2;
const CLOSE = 8;
const SWITCHED = 101;

/** One connection that sends whatever it is told, and hears how that ends. */
export class RawConnection {
  readonly socket: Socket;
  readonly ready: Promise<void>;
  #heard: Buffer = Buffer.alloc(0);
  #upgraded = false;
  readonly #end: EndWatch;
  /** Statuses of all answers so far. */
  readonly statuses: number[] = [];
  head = '';
  /** Hears every message of a chat socket. */
  onFrame: (payload: Buffer) => void = () => undefined;

  constructor({ host, port, from = host, tls, path }: RawPlace) {
    // The address to dial from reaches the TCP socket beneath, though the types of TLS do not know it.
    const terms = path === undefined ? { host, port, localAddress: from } : { path };
    this.socket = tls
      ? connectTls({ ...terms, rejectUnauthorized: false } as object)
      : connectPlain(terms as never);
    this.ready = new Promise((resolve) => {
      this.socket.once(tls ? 'secureConnect' : 'connect', resolve);
      this.socket.once('close', resolve);
    });
    this.socket.on('data', (part) => this.#read(part));
    this.#end = new EndWatch(this.socket);
  }

  /** From now on the time counts. */
  start(): void {
    this.#end.start();
  }

  write(bytes: Buffer | string): boolean {
    return this.socket.destroyed ? false : this.socket.write(bytes);
  }

  /** Wait until it has ended, or so long. */
  ended(patience: number): Promise<Ending> {
    return this.#end.ended(patience);
  }

  /** Resolves with the first answer's status, or what came in its place. */
  async answered(patience: number): Promise<string> {
    const end = performance.now() + patience;
    while (this.statuses.length === 0 && !this.socket.destroyed && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.statuses.length > 0 ? String(this.statuses[0]) : 'nothing';
  }

  #read(part: Buffer): void {
    this.#heard = this.#heard.length === 0 ? part : Buffer.concat([this.#heard, part]);
    if (!this.#upgraded) this.#readReplies();
    if (!this.#upgraded) return;
    this.#heard = readFrames(this.#heard, (opcode, payload) => {
      if (opcode !== CLOSE) {
        if (opcode === BINARY) this.onFrame(payload);
        return;
      }
      this.#end.said = `close ${payload.length >= 2 ? payload.readUInt16BE(0) : 1005}`;
      this.#end.finish(this.#end.said);
    });
  }

  #readReplies(): void {
    for (;;) {
      const end = this.#heard.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#heard.subarray(0, end).toString('latin1');
      const status = Number(this.head.split(' ')[1]);
      const length = Number(/^content-length: *(\d+)/im.exec(this.head)?.[1] ?? 0);
      if (this.#heard.length < end + 4 + length) return;
      this.#heard = this.#heard.subarray(end + 4 + length);
      this.statuses.push(status);
      if (status === SWITCHED) {
        this.#upgraded = true;
        return;
      }
      this.#end.said = String(status);
    }
  }
}
