import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { asBytes, type Bytes, fromHex, fromUtf8, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { AnsweredFrames, CLIENT_FRAMES_PATH, FRAME, type RequestKind } from '@sotto/frames';
import { type NodeKeys, type PeeledLayer, peelLayer, readClientRequest } from '@sotto/onion';
import {
  type ClientRequest,
  decodeRpc,
  formatClientRequest,
  ONION_PATH,
  ONION_TEXT,
  type SingleRequest,
  STORAGE_PATH,
} from '@sotto/protocol';
import type { InnerNode, Reply } from './inner-node.ts';
import { proofOf } from './link-proof.ts';

const LINK = '/sotto/link/v1/';
export const LINK_ONION = `${LINK}onion`;

const FRAME_LIMITS = { requests: 4_000, bytes: 2 ** 24, bodyTimeout: 30_000, readTimeout: 60_000 };

/** Text or JSON, as the storage RPC answers. */
export interface RpcReply {
  readonly status: number;
  readonly body: unknown;
}

/** What this node is and what it would do if it were honest. */
export interface Liar {
  readonly keys: NodeKeys;
  readonly number: number;
  readonly inner: InnerNode;
}

/**
 * What a storage node may do instead. `undefined` is honest; `'silence'` answers never. Asked at a layer that is
 * for this node, one that it should pass on, a request of another member, and one that came without an onion.
 */
export interface NodeMeddling {
  rpc?(
    request: ClientRequest,
    honest: () => Promise<RpcReply>,
    liar: Liar,
  ): Promise<RpcReply | Reply | 'silence'> | undefined;
  /** `pass` is what the next hop answers, sealed as the client wants it. */
  hop?(pass: (body?: Bytes) => Promise<Reply>, hop: Hop): Promise<Reply | 'silence'> | undefined;
  member?(request: SingleRequest, honest: () => Promise<RpcReply>, liar: Liar): Promise<RpcReply> | undefined;
  direct?(request: ClientRequest, honest: () => Promise<RpcReply>, liar: Liar): Promise<RpcReply> | undefined;
}

export interface Hop extends Liar {
  readonly peeled: Extract<PeeledLayer, { readonly outcome: 'relay' }>;
  /** It came from a client: this node is a guard. */
  readonly isGuard: boolean;
  /** The layer as it came. */
  readonly body: Bytes;
}

export interface Front {
  close(): Promise<void>;
}

export interface FrontRequest extends Liar {
  readonly at: { readonly host: string; readonly port: number };
  readonly certificate: { readonly cert: string; readonly key: string };
  /** How this node lies at present. */
  meddling(): NodeMeddling;
  told(): void;
  /** Long polls are held so much shorter. */
  readonly speed: number;
}

/**
 * Stands at a storage node's address with the node's own keys, in front of the real one. What it makes no lie of,
 * the real node does.
 */
export function startFront(request: FrontRequest): Promise<Front> {
  const { at, certificate, keys, inner, speed } = request;
  const sockets = new Set<Socket>();
  const server = createSecureServer({ ...certificate, allowHTTP1: true });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('sessionError', () => undefined);
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('request', (asked: Http2ServerRequest, response: Http2ServerResponse) => {
    asked.on('error', () => undefined);
    response.on('error', () => undefined);
    if (asked.url === `${LINK}frames`) {
      answerInFrames(asked, (kind) => (kind === FRAME.onion ? LINK_ONION : `${LINK}storage`));
      return;
    }
    if (asked.url === CLIENT_FRAMES_PATH) {
      answerInFrames(asked, (kind) => (kind === FRAME.onion ? ONION_PATH : STORAGE_PATH));
      return;
    }
    void bodyOf(asked)
      .then((body) => answer(asked.url, body, asked))
      .catch((): Reply => ({ status: 500, body: utf8('Internal Server Error') }))
      .then((reply) => {
        if (reply === 'silence' || response.destroyed) return;
        response.writeHead(reply.status, { 'content-length': String(reply.body.length) });
        response.end(reply.body);
      });
  });

  function lied<Lied>(lie: Promise<Lied> | undefined): Promise<Lied> | undefined {
    if (lie !== undefined) request.told();
    return lie;
  }

  function answerInFrames(asked: Http2ServerRequest, pathOf: (kind: RequestKind) => string): void {
    asked.stream.respond({ ':status': 200 });
    new AnsweredFrames(asked.stream, FRAME_LIMITS, {
      answer: async (kind, body, { signal }) => {
        const reply = await answer(pathOf(kind), body, asked).catch(
          (): Reply => ({ status: 500, body: utf8('') }),
        );
        if (reply !== 'silence') return reply;
        await new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
        return { status: 500, body: utf8('') };
      },
      open: () => ({ take: () => true, release: () => undefined }),
      refuse: (status) => ({ status, body: utf8('') }),
      came: () => undefined,
    });
  }

  async function answer(path: string, body: Bytes, asked: Http2ServerRequest): Promise<Reply | 'silence'> {
    if (path === `${LINK}hello`) return hello(asked, body);
    if (path === ONION_PATH) return layer(body, true);
    if (path === LINK_ONION) return layer(body, false);
    if (path === STORAGE_PATH) {
      const honest = async () => rpcReply(await inner.storage(body));
      const lie = lied(request.meddling().direct?.(decodeRpc(body), honest, request));
      return lie === undefined ? inner.storage(body) : toReply(await lie);
    }
    if (path === `${LINK}storage`) {
      const honest = async () => rpcReply(await inner.link(path, body));
      const lie = lied(request.meddling().member?.(decodeRpc(body) as SingleRequest, honest, request));
      return lie === undefined ? inner.link(path, body) : toReply(await lie);
    }
    return inner.link(path, body);
  }

  function hello(asked: Http2ServerRequest, body: Bytes): Reply {
    const { key } = JSON.parse(fromUtf8(body)) as { key: string };
    const socket = asked.stream.session?.socket as TLSSocket;
    return { status: 200, body: asBytes(proofOf(socket, keys, 'accept', fromHex(key))) };
  }

  async function layer(body: Bytes, isGuard: boolean): Promise<Reply | 'silence'> {
    const peeled = peelLayer(readClientRequest(body), keys.x25519, randomBytes);
    const pass = (other = body) => inner.link(LINK_ONION, other);
    if (peeled.outcome === 'relay') {
      const lie = lied(request.meddling().hop?.(pass, { ...request, peeled, isGuard, body }));
      return lie ?? pass();
    }
    if (peeled.outcome === 'invalid-ciphertext')
      return { status: 400, body: utf8(ONION_TEXT.invalidCiphertext) };
    if (peeled.outcome !== 'destination') return pass();
    const asked = hurried(decodeRpc(peeled.rpc), speed);
    const honest = async () => rpcReply(await inner.storage(formatClientRequest(asked)));
    const lie = await lied(request.meddling().rpc?.(asked, honest, request));
    if (lie === 'silence') return lie;
    // Bytes are given back as they are: sealed to whomever the liar likes.
    if (lie?.body instanceof Uint8Array) return { status: lie.status, body: asBytes(lie.body) };
    const { status, body: text } = toReply(lie ?? (await honest()));
    return { status: 200, body: peeled.seal({ status, body: text }) };
  }

  return new Promise((resolve) => {
    server.listen(at.port, at.host, () =>
      resolve({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      }),
    );
  });
}

/** On a clock that goes faster, a member holds a request for less. */
function hurried(request: ClientRequest, speed: number): ClientRequest {
  if ('requests' in request) {
    return { ...request, requests: request.requests.map((one) => hurried(one, speed) as SingleRequest) };
  }
  if (request.method !== 'retrieve' || request.wait === undefined) return request;
  return { ...request, wait: Math.floor(request.wait / speed) };
}

async function bodyOf(asked: Http2ServerRequest): Promise<Bytes> {
  const parts: Buffer[] = [];
  for await (const part of asked) parts.push(part as Buffer);
  return asBytes(Buffer.concat(parts));
}

function rpcReply({ status, body }: Reply): RpcReply {
  const text = fromUtf8(body);
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    return { status, body: text };
  }
}

function toReply({ status, body }: RpcReply | Reply): Reply {
  if (body instanceof Uint8Array) return { status, body: asBytes(body) };
  return { status, body: utf8(typeof body === 'string' ? body : JSON.stringify(body)) };
}
