import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { NodeKeys } from '@sotto/onion';
import { STORAGE_PATH } from '@sotto/protocol';
import { proofOf } from './link-proof.ts';

export interface Reply {
  readonly status: number;
  readonly body: Bytes;
}

/** The real storage node behind a front: what it does when nobody lies. */
export interface InnerNode {
  /** As a client would ask it directly. */
  storage(body: Bytes): Promise<Reply>;
  /** As another node would over a link, for which the front shows the node its own key. */
  link(path: string, body: Bytes): Promise<Reply>;
  close(): void;
}

const HELLO = '/sotto/link/v1/hello';

export function createInnerNode(
  at: { readonly host: string; readonly port: number },
  keys: NodeKeys,
): InnerNode {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, localAddress: at.host });
  let session: Promise<ClientHttp2Session> | undefined;

  async function open(): Promise<ClientHttp2Session> {
    const socket = await openTls(at);
    const opened = connectHttp2(`https://${at.host}:${at.port}`, { createConnection: () => socket });
    opened.on('error', () => undefined);
    opened.on('close', () => {
      session = undefined;
    });
    const hello = proofOf(socket, keys, 'dial', keys.ed25519.publicKey);
    const { status } = await exchange(opened, HELLO, asBytes(hello));
    if (status !== 200) throw new Error(`the node does not know itself: ${status}`);
    return opened;
  }

  return {
    storage: (body) =>
      new Promise((resolve, reject) => {
        const asked = httpsRequest(
          { ...at, agent, path: STORAGE_PATH, method: 'POST', headers: { 'content-length': body.length } },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, body: asBytes(Buffer.concat(parts)) }),
            );
          },
        );
        asked.on('error', reject);
        asked.end(body);
      }),
    async link(path, body) {
      session ??= open();
      return exchange(await session, path, body);
    },
    close() {
      agent.destroy();
      void session?.then(
        (opened) => opened.destroy(),
        () => undefined,
      );
    },
  };
}

function openTls({ host, port }: { readonly host: string; readonly port: number }): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { ALPNProtocols: ['h2'], minVersion: 'TLSv1.3' as const, rejectUnauthorized: false };
    const socket = connectTls({ host, port, ...{ localAddress: host }, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function exchange(session: ClientHttp2Session, path: string, body: Bytes): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': path });
    let status = 0;
    const parts: Buffer[] = [];
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    // A stream that was cut off ends like one that is whole.
    stream.on('end', () => {
      if (status === 0) reject(new Error('the link was cut'));
      else resolve({ status, body: asBytes(Buffer.concat(parts)) });
    });
    stream.end(body);
  });
}
