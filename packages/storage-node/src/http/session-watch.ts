import { constants, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { FRAME_CHECK_INTERVAL, HEAD_ALLOWANCE, IDLE_FRAMES, UNREAD_ALLOWANCE } from '../constants.ts';

interface Watched {
  readonly socket: Pick<Socket, 'bytesRead'>;
  /** What had come at the last look. */
  bytesThen: number;
  /** What requests since then may account for. */
  allowed: number;
}

/**
 * Ends connections of HTTP/2 on which much comes that is part of no request: frames that cost their sender nothing,
 * and header blocks that are refused before anything here hears of them.
 */
export class SessionWatch {
  readonly #sessions = new Map<ServerHttp2Session, Watched>();
  readonly #timer = setInterval(() => this.check(), FRAME_CHECK_INTERVAL).unref();

  add(session: ServerHttp2Session, socket: Watched['socket'] = session.socket): void {
    this.#sessions.set(session, { socket, bytesThen: socket.bytesRead, allowed: 0 });
    session.once('close', () => this.#sessions.delete(session));
  }

  begun(session: ServerHttp2Session): void {
    this.#allow(session, HEAD_ALLOWANCE);
  }

  /** Of a request's body. */
  came(session: ServerHttp2Session, bytes: number): void {
    this.#allow(session, bytes);
  }

  /** A request was answered before its body was whole: what is on its way nobody reads. */
  leftUnread(session: ServerHttp2Session): void {
    this.#allow(session, UNREAD_ALLOWANCE);
  }

  check(): void {
    for (const [session, watched] of this.#sessions) {
      // Between its end and its 'close' whatever is asked of its socket throws.
      if (session.destroyed) continue;
      const { bytesRead } = watched.socket;
      const idle = bytesRead - watched.bytesThen - watched.allowed;
      watched.bytesThen = bytesRead;
      watched.allowed = 0;
      // The code is said only beside an error.
      if (idle > IDLE_FRAMES) session.destroy(new Error('idle frames'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #allow(session: ServerHttp2Session, bytes: number): void {
    const watched = this.#sessions.get(session);
    if (watched !== undefined) watched.allowed += bytes;
  }
}
