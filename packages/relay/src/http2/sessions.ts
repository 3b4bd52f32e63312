import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { FRAME_CHECK_INTERVAL, type SessionAllowances, SessionWatch } from '@sotto/limits';
import { GOODBYE, MAX_STREAMS } from '../constants.ts';
import { HTTP_LIMITS } from '../http/limits.ts';

/** A stream whose headers have come. */
export interface OpenedStream {
  /** The connection that it is a part of. */
  readonly socket: TLSSocket;
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Nothing comes after the headers. */
  readonly complete: boolean;
}

/** The connections that have agreed on HTTP/2. */
export interface Sessions {
  accept(socket: TLSSocket): void;
  /** No new streams; a session ends when its last one has. */
  drain(): void;
  /** Cut what is left. */
  cut(): void;
}

/**
 * The list of headers may be as long as the head of a request of HTTP/1.1. Memory, in megabytes, is for frames and
 * tables of headers: beyond it new streams are refused. Frames that mean nothing and streams that are refused end the
 * session when there have been so many; too many resets do by the library's own bound, 1,000 at once and 33 a second.
 */
const SESSION_OPTIONS = {
  settings: {
    enableConnectProtocol: true,
    maxConcurrentStreams: MAX_STREAMS,
    maxHeaderListSize: HTTP_LIMITS.maxHeaderSize,
  },
  maxSessionMemory: 4,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
} as const;

/** A body that is answered early may have a window's bytes on their way (RFC 9113 §6.9.2). */
const ALLOWANCES: SessionAllowances = { head: 2 * HTTP_LIMITS.maxHeaderSize, unread: 65_535 };

/** Serve HTTP/2 on connections that others have accepted. `serve` is given every stream, and sees to its end. */
export function createSessions(serve: (opened: OpenedStream) => void): Sessions {
  const open = new Set<KeptSession>();
  const frames = new SessionWatch(ALLOWANCES);
  const looking = setInterval(() => frames.check(), FRAME_CHECK_INTERVAL).unref();
  return {
    accept: (socket) => {
      const session: ServerHttp2Session = performServerHandshake(socket, SESSION_OPTIONS);
      const kept = new KeptSession(session, socket);
      open.add(kept);
      frames.add(session, socket);
      socket.once('close', () => open.delete(kept));
      // It is over then, whoever is to blame; the same goes for a stream.
      session.on('error', () => undefined);
      session.on(
        'stream',
        (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, rawHeaders: string[]) => {
          stream.on('error', () => undefined);
          const complete = (flags & END_STREAM) !== 0;
          frames.begun(session);
          if (!complete) account(frames, session, stream);
          serve({ socket, stream, headers, rawHeaders, complete });
        },
      );
    },
    drain: () => {
      for (const kept of open) kept.leave();
    },
    cut: () => {
      clearInterval(looking);
      for (const kept of open) kept.cut();
    },
  };
}

const END_STREAM = 1;

/** What comes on it counts for the session, whoever reads it, and so does what is not read because it was answered early. */
function account(frames: SessionWatch, session: ServerHttp2Session, stream: ServerHttp2Stream): void {
  const push = stream.push.bind(stream);
  stream.push = (part: Uint8Array | null, encoding?: BufferEncoding) => {
    if (part !== null) frames.came(session, part.byteLength);
    return push(part, encoding);
  };
  stream.once('close', () => {
    if (stream.headersSent && !stream.readableEnded) frames.leftUnread(session);
  });
}

/**
 * Ends a session as a connection of HTTP/1.1 ends: when no request comes at first, or none any more. Pings are none.
 * The library would leave the connection to a client that does not hang up in turn.
 */
class KeptSession {
  readonly #session: ServerHttp2Session;
  readonly #socket: TLSSocket;
  #streams = 0;
  #leaving = false;
  #timer: NodeJS.Timeout;

  constructor(session: ServerHttp2Session, socket: TLSSocket) {
    this.#session = session;
    this.#socket = socket;
    this.#timer = this.#leaveAfter(HTTP_LIMITS.headersTimeout);
    session.on('stream', (stream: ServerHttp2Stream) => {
      clearTimeout(this.#timer);
      this.#streams += 1;
      stream.once('close', () => this.#closed());
    });
    socket.once('close', () => clearTimeout(this.#timer));
  }

  /** No new streams; hang up when the last one has ended. */
  leave(): void {
    this.#leaving = true;
    this.#session.close();
    if (this.#streams === 0) this.#hangUp();
  }

  cut(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  #closed(): void {
    this.#streams -= 1;
    if (this.#streams > 0 || this.#socket.destroyed) return;
    if (this.#leaving) this.#hangUp();
    else this.#timer = this.#leaveAfter(HTTP_LIMITS.keepAliveTimeout);
  }

  #leaveAfter(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.leave(), milliseconds).unref();
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.cut(), GOODBYE).unref();
  }
}
