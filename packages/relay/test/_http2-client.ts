import { type ClientHttp2Session, connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import type { Headers } from '@sotto/protocol';
import { WebSocket } from 'ws';
import type { RawReply, RawRequest } from './_raw-request.ts';
import type { TestRelay } from './_test-relay.ts';

/** One session of HTTP/2 with a relay, whose certificate is not looked at. */
export async function openSession({ port }: Pick<TestRelay, 'port'>): Promise<ClientHttp2Session> {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  // Until then the client does not know that it may ask for sockets.
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  return session;
}

/** One plain request. Rejects when its stream is reset. */
export function askOver(
  session: ClientHttp2Session,
  { verb, path, headers = {}, body }: Omit<RawRequest, 'json'>,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const endStream = body === undefined;
    const stream = session.request({ ':method': verb, ':path': path, ...headers }, { endStream });
    let status = 0;
    const answered = new Map<string, string>();
    stream.on('response', (head) => {
      for (const [name, value] of Object.entries(head)) answered.set(name, String(value));
      status = head[':status'] ?? 0;
    });
    stream.on('trailers', (trailers) => {
      for (const [name, value] of Object.entries(trailers)) answered.set(name, String(value));
    });
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('close', () => {
      const whole: Bytes = new Uint8Array(Buffer.concat(parts));
      if (status === 0) reject(new Error(`closed with ${stream.rstCode}`));
      else resolve({ status, headers: answered, body: whole });
    });
    if (!endStream) stream.end(body);
  });
}

/** A WebSocket over one stream (RFC 8441). Rejects with the HTTP status when it is refused. */
export async function openSocketOver(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  path: string,
): Promise<WebSocket> {
  return (await upgradeOver(session, headers, path)).socket;
}

/** The same with what was said when it was granted. */
export function upgradeOver(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  path: string,
): Promise<{ readonly socket: WebSocket; readonly headers: Headers }> {
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':authority': 'localhost',
    ':path': path,
    'sec-websocket-version': '13',
    ...headers,
  });
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('response', (head) => {
      const said = new Map(Object.entries(head).map(([name, value]) => [name, String(value)]));
      if (head[':status'] === 200) resolve({ socket: adopt(stream), headers: said });
      else reject(new Error(`status ${head[':status']}`));
    });
  });
}

/** What the library does on the client's side of an upgrade; its types leave it out. */
interface Adopting extends WebSocket {
  _isServer: boolean;
  setSocket(stream: Duplex, head: Buffer, options: object): void;
}
type AdoptingClass = new (address: null, protocols: undefined, options: object) => Adopting;

function adopt(stream: Duplex): WebSocket {
  const socket = new (WebSocket as unknown as AdoptingClass)(null, undefined, { autoPong: true });
  socket._isServer = false;
  socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 0 });
  return socket;
}
