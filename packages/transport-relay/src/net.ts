import type { Bytes } from '@sotto/bytes';

/**
 * What the relay road needs of a network: one WebSocket at a time, to one known server. The lower
 * package declares it; `net-node` implements it for Node.
 *
 * An implementation promises that with a pin no byte of the request leaves before the server has
 * proven the pinned key, that it follows no redirect, and that `onClose` is called exactly once for
 * every socket it handed out, after the last `onFrame`. The first `onFrame` may come before `open`
 * resolves.
 */
export interface RelayNet {
  open(request: OpenSocket): Promise<OpenOutcome>;
}

export interface OpenSocket {
  /** `wss:`, or `ws:` to this machine. */
  readonly url: string;
  /** SHA-256 of the server's SubjectPublicKeyInfo; without it a known authority must vouch for the name. */
  readonly pin?: Bytes;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for name look-up, connection, TLS and upgrade together. */
  readonly timeout: number;
  /** A longer frame ends the connection (1009 to the server, 1006 to us). Bytes. */
  readonly maxFrame: number;
  /** Binary frames only; text frames are dropped. */
  onFrame(frame: Bytes): void;
  onClose(closed: SocketClosed): void;
}

/** 1006 when the connection broke without a close frame (RFC 6455 §7.4.1). */
export interface SocketClosed {
  readonly code: number;
}

export interface RelaySocket {
  /** Bytes accepted by `send` that the operating system has not taken yet. */
  readonly buffered: number;
  /** False when the socket is closing or closed: the frame was dropped. */
  send(frame: Bytes): boolean;
  /** Say goodbye and, when the peer does not answer in time, cut the connection. */
  close(code: number): void;
}

export type OpenOutcome =
  | { readonly outcome: 'open'; readonly socket: RelaySocket }
  /** The server answered the upgrade with something else than 101. `retryAfter` in milliseconds. */
  | { readonly outcome: 'refused'; readonly status: number; readonly retryAfter?: number }
  /** The server showed another key than the pinned one. Nothing was sent to it. */
  | { readonly outcome: 'wrong-key' }
  /** No pin was given and no known authority vouches for the server under this name. */
  | { readonly outcome: 'untrusted' }
  | { readonly outcome: 'unreachable'; readonly reason: 'timeout' | 'no-connection' | 'no-websocket' };
