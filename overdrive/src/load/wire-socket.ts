import { randomBytes } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { frameOf, readFrames } from './web-socket-frames.ts';

/** How a connection ended: with words of the server's, or without. */
export type WireEnd =
  | { readonly how: 'closed'; readonly code: number }
  | { readonly how: 'refused'; readonly status: number; readonly retryAfter: number | undefined }
  | { readonly how: 'cut'; readonly why: string };

export interface WireTerms {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly authorization?: string | undefined;
  opened(): void;
  message(payload: Buffer): void;
  ended(end: WireEnd): void;
}

const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * A chat socket as a load process needs it: a library's would cost more than the server that is measured. Frames
 * that are sent in one turn leave in one write, and their mask is zero.
 */
export class WireSocket {
  readonly #socket: TLSSocket;
  readonly #terms: WireTerms;
  #rest: Buffer = Buffer.alloc(0);
  #waiting: Buffer[] = [];
  #open = false;
  #ended = false;

  constructor(terms: WireTerms) {
    this.#terms = terms;
    const { host, port, from } = terms;
    // The address one dials from reaches the TCP socket beneath, though the types do not say so.
    const terms_ = { host, port, localAddress: from, rejectUnauthorized: false };
    this.#socket = connect(terms_);
    this.#socket.setNoDelay(true);
    this.#socket.once('secureConnect', () => this.#socket.write(upgradeOf(terms)));
    this.#socket.on('data', (part) => this.#read(part));
    this.#socket.on('error', (error) => this.#end({ how: 'cut', why: codeOf(error) }));
    this.#socket.on('close', () => this.#end({ how: 'cut', why: 'end' }));
  }

  get open(): boolean {
    return this.#open && !this.#ended;
  }

  /** Bytes that the connection has not taken yet. */
  get held(): number {
    return this.#socket.writableLength;
  }

  send(payload: Buffer, opcode = 2): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(frameOf(opcode, payload));
  }

  /** Stop reading, as a client does that has gone to sleep. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #flush(): void {
    const frames = this.#waiting;
    this.#waiting = [];
    if (!this.#ended) this.#socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  #read(part: Buffer): void {
    this.#rest = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    if (!this.#open && !this.#readHead()) return;
    this.#rest = readFrames(this.#rest, (opcode, payload) => {
      if (opcode === CLOSE) {
        this.#end({ how: 'closed', code: payload.length >= 2 ? payload.readUInt16BE(0) : 1005 });
      } else if (opcode === PING) this.send(payload, PONG);
      else if (!this.#ended) this.#terms.message(payload);
    });
  }

  /** True when the answer to the upgrade has been read, and is 101. */
  #readHead(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#rest.subarray(0, end).toString('latin1');
    this.#rest = this.#rest.subarray(end + 4);
    const status = Number(head.split(' ')[1]);
    if (status !== 101) {
      const said = /^retry-after: *(\d+)/im.exec(head)?.[1];
      this.#end({ how: 'refused', status, retryAfter: said === undefined ? undefined : Number(said) });
      return false;
    }
    this.#open = true;
    this.#terms.opened();
    return true;
  }

  #end(end: WireEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.destroy();
    this.#terms.ended(end);
  }
}

function upgradeOf({ host, port, authorization }: WireTerms): string {
  return [
    'GET /v1/websocket/ HTTP/1.1',
    `Host: ${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    '\r\n',
  ].join('\r\n');
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'error');
}
