import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { asBytes } from '@sotto/bytes';
import type { OpenOutcome, OpenSocket, RelaySocket } from '@sotto/transport-relay';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { checkTarget, type Target } from './check-target.ts';
import { connect } from './connect.ts';
import { checkWay, type Way } from './dial.ts';

/** How long a peer may take to answer our close frame before the connection is cut, milliseconds. */
const CLOSE_TIMEOUT = 2_000;

/** Longer waits are asked for by mistake or to keep us away; a day is as good as for ever. */
const MAX_RETRY_AFTER = 24 * 60 * 60 * 1000;

export interface NetOptions extends Way {
  /** Replaces the system's certificate authorities (PEM), for tests and private ones. */
  readonly authorities?: string;
}

/** Options of ws that its published types do not list yet. */
interface LateOptions {
  readonly createConnection: () => Socket;
  readonly closeTimeout: number;
}

/**
 * Open one WebSocket, as the port `RelayNet` promises. Uses no cookie, no compression (compressing
 * secrets beside an attacker's text leaks them) and no redirect; with a proxy, no other address.
 *
 * Throws NetError for requests that are never carried out; everything else is an outcome.
 */
export async function openSocket(request: OpenSocket, options: NetOptions = {}): Promise<OpenOutcome> {
  const target = checkTarget(request);
  const abort = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    abort.abort();
  }, request.timeout);
  try {
    const connected = await connect(target, request.pin, checkWay(options), abort.signal);
    if (connected.outcome === 'unreachable') return unreachable(timedOut ? 'timeout' : 'no-connection');
    if (connected.outcome !== 'connected') return { outcome: connected.outcome };
    const opened = await upgrade(request, target, connected.stream, abort.signal);
    return timedOut && opened.outcome === 'unreachable' ? unreachable('timeout') : opened;
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(reason: 'timeout' | 'no-connection' | 'no-websocket'): OpenOutcome {
  return { outcome: 'unreachable', reason };
}

/** The HTTP upgrade (RFC 6455 §4.1) over a connection whose server is already known to be right. */
function upgrade(
  request: OpenSocket,
  target: Target,
  stream: Socket,
  signal: AbortSignal,
): Promise<OpenOutcome> {
  return new Promise((resolve) => {
    const options: ClientOptions & LateOptions = {
      createConnection: () => stream,
      headers: { ...request.headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: request.maxFrame,
      skipUTF8Validation: true,
      closeTimeout: CLOSE_TIMEOUT,
    };
    const socket = new WebSocket(target.url, options);
    socket.binaryType = 'nodebuffer';
    let open = false;
    const settle = (outcome: OpenOutcome) => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const abort = () => {
      settle(unreachable('timeout'));
      socket.terminate();
    };
    socket.once('unexpected-response', (_, response) => {
      settle(refusal(response));
      response.destroy();
      stream.destroy();
    });
    socket.once('open', () => {
      open = true;
      settle({ outcome: 'open', socket: wrap(socket) });
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) request.onFrame(asBytes(flat(data)));
    });
    // ws closes after every error, and `onClose` tells of it; before the upgrade there is nobody to tell.
    socket.on('error', () => settle(unreachable('no-websocket')));
    socket.once('close', (code) => {
      if (open) request.onClose({ code });
      else settle(unreachable('no-websocket'));
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

/** With binaryType `nodebuffer` ws hands over one Buffer; its type says more. */
function flat(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function refusal(response: IncomingMessage): OpenOutcome {
  const seconds = Number(response.headers['retry-after']);
  const known = Number.isFinite(seconds) && seconds >= 0;
  return {
    outcome: 'refused',
    status: response.statusCode ?? 0,
    ...(known ? { retryAfter: Math.min(Math.ceil(seconds * 1000), MAX_RETRY_AFTER) } : {}),
  };
}

function wrap(socket: WebSocket): RelaySocket {
  return {
    get buffered() {
      return socket.bufferedAmount;
    },
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      // A failed write closes the socket, and `onClose` tells of it.
      socket.send(frame, { binary: true }, () => undefined);
      return true;
    },
    close(code) {
      socket.close(code);
    },
  };
}
