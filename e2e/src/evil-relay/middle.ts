import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { asBytes, type Bytes } from '@sotto/bytes';
import { decodeFrame, encodeFrame, type Frame, type RequestFrame, type ResponseFrame } from '@sotto/protocol';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** One socket of a client, as whoever runs the relay sees it. */
export interface Line {
  /** Address that it came from: the relay's operator tells people apart by it. */
  readonly from: string;
  /** It carries credentials, and mail. */
  readonly authenticated: boolean;
  /** To the client, whatever it is. */
  send(bytes: Bytes): void;
  frame(frame: Frame): void;
  /** Tell the relay that the client has taken what it handed over under this number. */
  take(id: bigint): void;
  /** To the client without a closing frame, or with this code. */
  end(code?: number): void;
}

/** What a lie may do to what goes by. `undefined` lets it pass as it is; everything else is counted as told. */
export interface Meddling {
  /** Instead of opening a socket: an HTTP status, or nothing at all for ever. */
  upgrade?(
    line: Pick<Line, 'from' | 'authenticated'>,
  ): { readonly status: number; readonly headers?: string } | 'silence' | undefined;
  /** As soon as a socket is open. */
  opened?(line: Line): 'told' | undefined;
  /** Instead of asking the relay. */
  ask?(ask: RequestFrame, line: Line): Partial<ResponseFrame> | 'silence' | 'told' | undefined;
  /** Instead of what the relay has answered. */
  answer?(
    answer: ResponseFrame,
    ask: RequestFrame,
    line: Line,
  ): Partial<ResponseFrame> | 'silence' | undefined;
  /** Instead of what the relay asks: the mail that it hands over, and that there is no more. */
  push?(push: RequestFrame, line: Line): readonly (RequestFrame | Bytes)[] | undefined;
  /** Instead of passing on what the client answers to that. */
  taken?(answer: ResponseFrame, line: Line): 'silence' | Partial<ResponseFrame> | undefined;
}

export interface Middle {
  readonly port: number;
  /** Lie to whoever comes from this address, until the next call. Returns how often it was done. */
  lie(to: string, meddling: Meddling): { readonly told: number };
  honest(): void;
  /** How often something was done so far. */
  told(): number;
  /** Show another certificate at the next connections. */
  show(pair: KeyPair): void;
  /** Every socket of this address, to be connected anew. */
  drop(from: string, which?: 'anonymous'): void;
  close(): Promise<void>;
}

/**
 * A man in the middle who holds the relay's own TLS key, as whoever runs the relay does: the pin holds, and
 * every frame is his to change. Behind him is a real relay.
 */
export async function startMiddle(pair: KeyPair, upstream: () => string): Promise<Middle> {
  const server = createServer({ cert: pair.cert, key: pair.key });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024 });
  const open = new Set<{ from: string; authenticated: boolean; end(): void }>();
  let shown = pair;
  let liesTo: string | undefined;
  let meddling: Meddling = {};
  let tally = { told: 0 };
  let total = 0;

  const meddlingFor = (from: string): Meddling => (from === liesTo ? meddling : {});
  function count(): void {
    tally.told++;
    total++;
  }
  /** Counts what was done. */
  function done<Result>(result: Result): Result {
    if (result !== undefined) count();
    return result;
  }

  server.on('connection', () => {
    if (shown !== pair) count();
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => undefined);
    const from = request.socket.remoteAddress ?? '';
    const authenticated = request.headers.authorization !== undefined;
    const instead = done(meddlingFor(from).upgrade?.({ from, authenticated }));
    if (instead === 'silence') return;
    if (instead !== undefined) {
      stream.end(`HTTP/1.1 ${instead.status} No\r\n${instead.headers ?? ''}Connection: close\r\n\r\n`);
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => name === 'authorization' || name.startsWith('x-signal'),
      ),
    ) as Record<string, string>;
    const relay = new WebSocket(`${upstream()}${request.url}`, { headers, rejectUnauthorized: false });
    relay.on('error', () => stream.destroy());
    relay.once('unexpected-response', (_, response) => {
      stream.end(`HTTP/1.1 ${response.statusCode} No\r\nConnection: close\r\n\r\n`);
    });
    relay.once('open', () => {
      sockets.handleUpgrade(request, stream, head, (client) => join(client, relay, { from, authenticated }));
    });
  });

  function join(client: WebSocket, relay: WebSocket, who: Pick<Line, 'from' | 'authenticated'>): void {
    const asked = new Map<bigint, RequestFrame>();
    const line: Line = {
      ...who,
      send: (bytes) => client.send(bytes),
      frame: (frame) => client.send(encodeFrame(frame)),
      take: (id) =>
        relay.send(encodeFrame({ kind: 'response', id, status: 200, message: 'OK', headers: new Map() })),
      end: (code) => (code === undefined ? client.terminate() : client.close(code)),
    };
    const entry = { ...who, end: () => client.terminate() };
    open.add(entry);
    for (const socket of [client, relay]) socket.on('error', () => undefined);
    client.on('close', () => {
      open.delete(entry);
      relay.terminate();
    });
    relay.on('close', (code: number) => {
      if (code === 1005 || code === 1006) client.terminate();
      else client.close(code);
    });
    const reply = (answer: ResponseFrame) => line.send(encodeFrame(answer));
    client.on('message', (data: RawData) => {
      const frame = decodeFrame(flat(data));
      const lies = meddlingFor(who.from);
      if (frame.kind === 'response') {
        const instead = done(lies.taken?.(frame, line));
        if (instead !== 'silence') relay.send(encodeFrame({ ...frame, ...instead }));
        return;
      }
      const instead = done(lies.ask?.(frame, line));
      if (instead === 'silence') return;
      if (instead !== undefined && instead !== 'told' && frame.id !== undefined) {
        reply({ kind: 'response', id: frame.id, status: 200, message: 'OK', headers: new Map(), ...instead });
        return;
      }
      if (frame.id !== undefined) asked.set(frame.id, frame);
      relay.send(encodeFrame(frame));
    });
    relay.on('message', (data: RawData) => {
      const frame = decodeFrame(flat(data));
      const lies = meddlingFor(who.from);
      if (frame.kind === 'request') {
        const instead = done(lies.push?.(frame, line));
        for (const each of instead ?? [frame]) line.send('kind' in each ? encodeFrame(each) : each);
        return;
      }
      const ask = asked.get(frame.id);
      asked.delete(frame.id);
      const instead = ask && done(lies.answer?.(frame, ask, line));
      if (instead !== 'silence') reply({ ...frame, ...instead });
    });
    done(meddlingFor(who.from).opened?.(line));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lie(to, next) {
      liesTo = to;
      meddling = next;
      tally = { told: 0 };
      return tally;
    },
    told: () => total,
    honest() {
      liesTo = undefined;
      meddling = {};
    },
    show(next) {
      shown = next;
      server.setSecureContext({ cert: next.cert, key: next.key });
    },
    drop(from, which) {
      for (const each of open) {
        if (each.from === from && !(which === 'anonymous' && each.authenticated)) each.end();
      }
    },
    async close() {
      for (const each of open) each.end();
      await closeServer(server);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function flat(data: RawData): Bytes {
  if (Array.isArray(data)) return asBytes(Buffer.concat(data));
  return asBytes(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
}
