import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { equalBytes } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { endSession } from '@sotto/frames';
import { LINK_WINDOW, MAX_STREAMS } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import { exchange } from './exchange.ts';
import { LINK_PATH } from './paths.ts';
import { exportSecret, formatProof, parseProof, proveLink, verifyLink } from './proof.ts';

export interface DialRequest {
  readonly node: DirectoryNode;
  readonly keys: NodeKeys;
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
  /** Milliseconds, for all of it. */
  readonly timeout: number;
}

export type DialOutcome =
  | { readonly outcome: 'open'; readonly session: ClientHttp2Session }
  /** `foreign`: somebody is there who speaks something else than nodes of ours. */
  | { readonly outcome: 'failed'; readonly why: Refusal };

type Refusal = 'unreachable' | 'refused' | 'wrong-key' | 'foreign';

const MIB = 1024 * 1024;

/** Room for replies of several megabytes without a round trip for each 64 KiB. */
export const LINK_SETTINGS = { enablePush: false, initialWindowSize: MIB, maxConcurrentStreams: MAX_STREAMS };

/**
 * Open a link to a node: TLS, HTTP/2, then both sides prove their keys; nothing else goes over it before.
 * The certificate is not looked at, since the proof covers this very connection. Never rejects.
 */
export async function dialLink(request: DialRequest): Promise<DialOutcome> {
  const { node, keys, timeout } = request;
  const end = Date.now() + timeout;
  const socket = await openTls(request);
  // Original nodes speak HTTP/1.1 alone, or know nothing of a link.
  if (socket !== undefined && socket.alpnProtocol !== 'h2') {
    socket.destroy();
    return { outcome: 'failed', why: 'foreign' };
  }
  const exported = socket && exportSecret(socket);
  if (socket === undefined || exported === undefined) {
    socket?.destroy();
    return { outcome: 'failed', why: 'unreachable' };
  }
  const session = connectHttp2(`https://${node.ip}:${node.httpsPort}`, {
    createConnection: () => socket,
    settings: { ...LINK_SETTINGS, initialWindowSize: LINK_WINDOW },
    maxSessionMemory: 64,
  });
  // Whoever uses the session hears of its end by 'close'.
  session.on('error', () => undefined);
  const failed = (why: Refusal): DialOutcome => {
    endSession(session);
    return { outcome: 'failed', why };
  };
  const reply = await exchange(session, {
    path: LINK_PATH.hello,
    body: Uint8Array.from(formatProof(proveLink(exported, keys, 'dial', node.ed25519))),
    timeout: Math.max(1, end - Date.now()),
    maxReply: 1024,
  });
  if (reply.outcome !== 'answered') return failed('unreachable');
  if (reply.status === 404) return failed('foreign');
  if (reply.status !== 200) return failed('refused');
  const proof = parseProof(reply.body);
  if (proof === undefined || !equalBytes(proof.key, node.ed25519)) return failed('wrong-key');
  if (!verifyLink(exported, proof, 'accept', keys.ed25519)) return failed('wrong-key');
  // It may have ended together with the answer; then everything that is asked of it throws.
  if (session.destroyed) return failed('unreachable');
  session.setLocalWindowSize(LINK_WINDOW);
  return { outcome: 'open', session };
}

function openTls({ node, localAddress, timeout }: DialRequest): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: node.ip,
      port: node.httpsPort,
      ...(localAddress === undefined ? {} : { localAddress }),
      // The second only to hear of it: a server that has no HTTP/2 may else break off.
      ALPNProtocols: ['h2', 'http/1.1'],
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
    });
    const settle = (result: TLSSocket | undefined): void => {
      clearTimeout(timer);
      if (result === undefined) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle(undefined), timeout);
    socket.on('error', () => settle(undefined));
    socket.once('secureConnect', () => settle(socket));
  });
}
