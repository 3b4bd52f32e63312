import type { ClientHttp2Session } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { toBase64, utf8 } from '@sotto/bytes';
import {
  decodeFrame,
  encodeFrame,
  formatJson,
  type Headers,
  NO_HEADERS,
  type RequestFrame,
  type ResponseFrame,
} from '@sotto/protocol';
import { WebSocket } from 'ws';
import { askOver, openSession, upgradeOver } from './_http2-client.ts';
import type { RawReply, RawRequest } from './_raw-request.ts';
import { spokenHttp, type TestRelay, until } from './_test-relay.ts';

export type { RawReply, RawRequest } from './_raw-request.ts';

const sessions = new WeakMap<TestRelay, Promise<ClientHttp2Session>>();

/** One kept session of HTTP/2 of each relay. */
async function sessionOf(relay: TestRelay): Promise<ClientHttp2Session> {
  const kept = await sessions.get(relay);
  if (kept !== undefined && !kept.closed && !kept.destroyed) return kept;
  const session = openSession(relay);
  sessions.set(relay, session);
  return session;
}

/** Kept connections, since handshakes would be most of the time; each relay's own, since a restart ends them. */
const agents = new WeakMap<TestRelay, Agent>();

function agentOf(relay: TestRelay): Agent {
  const agent =
    agents.get(relay) ?? new Agent({ keepAlive: true, maxSockets: 16, rejectUnauthorized: false });
  agents.set(relay, agent);
  return agent;
}

/** One plain HTTPS request, without any check of ours before it leaves. */
export function ask(
  relay: TestRelay,
  { verb, path, headers = {}, json, body }: RawRequest,
): Promise<RawReply> {
  const bytes = json === undefined ? body : formatJson(json);
  if (spokenHttp() === 2) {
    const request = { verb, path, headers, ...(bytes && { body: bytes }) };
    return sessionOf(relay).then((session) => askOver(session, request));
  }
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: relay.port,
        method: verb,
        path,
        headers: { ...headers, 'content-length': bytes?.length ?? 0 },
        agent: agentOf(relay),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const entries = Object.entries(response.headers).map(
            ([name, value]) => [name, String(value)] as const,
          );
          resolve({
            status: response.statusCode ?? 0,
            headers: new Map(entries),
            body: new Uint8Array(Buffer.concat(parts)),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}

export function basic(user: string, password: string): string {
  return `Basic ${toBase64(utf8(`${user}:${password}`))}`;
}

/** A WebSocket that sends whatever it is told and keeps what comes back. */
export class RawSocket {
  readonly frames: (RequestFrame | ResponseFrame)[] = [];
  /** Of the answer to the upgrade. */
  headers: Headers = NO_HEADERS;
  closed: number | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.frames.push(decodeFrame(data as Buffer)));
    socket.on('upgrade', ({ headers }) => {
      this.headers = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    });
    socket.on('close', (code) => {
      this.closed = code;
    });
    socket.on('error', () => undefined);
  }

  /** Rejects with the HTTP status when the upgrade is refused. */
  static async open(
    relay: TestRelay,
    headers: Record<string, string> = {},
    path = '/v1/websocket/',
  ): Promise<RawSocket> {
    const { port } = relay;
    if (spokenHttp() === 2) {
      const session = await openSession(relay);
      const granted = await upgradeOver(session, headers, path).catch((error: unknown) => {
        session.destroy();
        throw error;
      });
      granted.socket.on('close', () => session.destroy());
      const raw = new RawSocket(granted.socket);
      raw.headers = granted.headers;
      return raw;
    }
    const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, { headers, rejectUnauthorized: false });
    const raw = new RawSocket(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(raw));
      socket.once('unexpected-response', (_request, response) => {
        socket.terminate();
        reject(new Error(`status ${response.statusCode}`));
      });
    });
  }

  send(data: Uint8Array | string): void {
    this.#socket.send(data);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async request(
    frame: Omit<RequestFrame, 'kind' | 'headers'> & { headers?: Headers },
  ): Promise<ResponseFrame> {
    this.send(encodeFrame({ kind: 'request', headers: NO_HEADERS, ...frame }));
    const find = () => this.frames.find((one) => one.kind === 'response' && one.id === frame.id);
    await until(() => find() !== undefined || this.closed !== undefined, 'the answer has come');
    const found = find();
    if (found?.kind !== 'response') throw new Error(`closed with ${this.closed}`);
    return found;
  }

  pushes(): readonly RequestFrame[] {
    return this.frames.filter((frame) => frame.kind === 'request');
  }

  answer(push: RequestFrame, status: number): void {
    const id = push.id ?? 0n;
    this.send(encodeFrame({ kind: 'response', id, status, message: 'OK', headers: NO_HEADERS }));
  }

  close(): void {
    this.#socket.terminate();
  }
}
