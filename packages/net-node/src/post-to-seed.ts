import { request as requestHttp } from 'node:http';
import type { Socket } from 'node:net';
import { asBytes, type Bytes } from '@sotto/bytes';
import { isLoopback, type Target } from './check-target.ts';
import { connect } from './connect.ts';
import { checkWay } from './dial.ts';
import { NetError } from './errors.ts';
import type { NetOptions } from './open-socket.ts';

export interface SeedRequest {
  /** Origin: https, or http to this machine. */
  readonly url: string;
  /** SHA-256 of the server's public key. Without it a known authority must vouch for the server. */
  readonly pin?: Bytes;
  readonly path: string;
  readonly body: Bytes;
  /** Milliseconds to the last byte of the answer. */
  readonly timeout: number;
  /** A longer answer is given up. Bytes. */
  readonly maxReply: number;
}

export type SeedReply =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: Bytes }
  | { readonly outcome: 'unreachable' | 'wrong-key' | 'untrusted' | 'too-large' };

/**
 * One question to a server that is no guard, which only the command that looks for nodes asks. It says nothing of
 * who asks, follows no redirect and keeps no connection. Throws NetError `insecure-url`, `bad-pin` or `bad-source`.
 */
export async function postToSeed(request: SeedRequest, options: NetOptions = {}): Promise<SeedReply> {
  const target = targetOf(request);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), request.timeout);
  try {
    const connected = await connect(target, request.pin, checkWay(options), abort.signal);
    if (connected.outcome !== 'connected') return { outcome: connected.outcome };
    return await post(request, target, connected.stream, abort.signal);
  } finally {
    clearTimeout(timer);
  }
}

function targetOf({ url: text, pin }: SeedRequest): Target {
  const url = new URL(text);
  const tls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!tls && !(url.protocol === 'http:' && isLoopback(host))) {
    throw new NetError('insecure-url', 'only https, or http to this machine, is connected to');
  }
  if (pin && (pin.length !== 32 || !tls)) throw new NetError('bad-pin', 'a pin is 32 bytes and needs TLS');
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  return { url, host, port, tls };
}

function post(
  { path, body, maxReply }: SeedRequest,
  { url }: Target,
  stream: Socket,
  signal: AbortSignal,
): Promise<SeedReply> {
  return new Promise((resolve) => {
    const settle = (reply: SeedReply): void => {
      resolve(reply);
      stream.destroy();
    };
    const headers = { host: url.host, 'content-type': 'application/json', 'content-length': body.length };
    const call = requestHttp(
      { createConnection: () => stream, path, method: 'POST', headers },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > maxReply) settle({ outcome: 'too-large' });
          else parts.push(part);
        });
        response.on('error', () => settle({ outcome: 'unreachable' }));
        response.on('end', () => {
          settle({
            outcome: 'answered',
            status: response.statusCode ?? 0,
            body: asBytes(Buffer.concat(parts)),
          });
        });
      },
    );
    call.on('error', () => settle({ outcome: 'unreachable' }));
    signal.addEventListener('abort', () => settle({ outcome: 'unreachable' }));
    if (signal.aborted) settle({ outcome: 'unreachable' });
    call.end(body);
  });
}
