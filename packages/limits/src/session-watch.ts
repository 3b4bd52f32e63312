/**
 * Bytes that may come between two looks and are part of no request: pings, settings, windows. Ours come to a few
 * kilobytes; they cost their sender nothing, and frames without end would take a core.
 */
export const IDLE_FRAMES = 256 * 1024;
/** Milliseconds between two looks, which its owner sees to. */
export const FRAME_CHECK_INTERVAL = 2_500;
/** For so many bytes of answers one is allowed in return: a client that reads by 4 KiB says so twice, in 26 bytes. */
export const ANSWERED_FOR_ONE = 64;

/** What is allowed beside that, in bytes. */
export interface SessionAllowances {
  /** The head of one request. */
  readonly head: number;
  /** What may be on its way of a body when its request is answered already. */
  readonly unread: number;
}

/** A session of HTTP/2, and the connection under it. */
export interface Session {
  readonly destroyed: boolean;
  readonly socket: Carried;
  once(event: 'close', listener: () => void): unknown;
  destroy(error: Error, code: number): void;
}
interface Carried {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** RFC 9113 §7. */
const ENHANCE_YOUR_CALM = 0xb;

interface Watched {
  readonly socket: Carried;
  /** What had come and gone at the last look. */
  bytesThen: number;
  writtenThen: number;
  /** What requests since then may account for. */
  allowed: number;
}

/**
 * Ends connections of HTTP/2 on which much comes that is part of no request: frames that cost their sender nothing,
 * and header blocks that are refused before anything here hears of them.
 */
export class SessionWatch {
  readonly #allowances: SessionAllowances;
  readonly #sessions = new Map<Session, Watched>();

  constructor(allowances: SessionAllowances) {
    this.#allowances = allowances;
  }

  add(session: Session, socket: Carried = session.socket): void {
    const { bytesRead, bytesWritten } = socket;
    this.#sessions.set(session, { socket, bytesThen: bytesRead, writtenThen: bytesWritten, allowed: 0 });
    session.once('close', () => this.#sessions.delete(session));
  }

  begun(session: Session): void {
    this.#allow(session, this.#allowances.head);
  }

  /** Of a request's body. */
  came(session: Session, bytes: number): void {
    this.#allow(session, bytes);
  }

  /** A request was answered before its body was whole: what is on its way nobody reads. */
  leftUnread(session: Session): void {
    this.#allow(session, this.#allowances.unread);
  }

  check(): void {
    for (const [session, watched] of this.#sessions) {
      // Between its end and its 'close' whatever is asked of its socket throws.
      if (session.destroyed) continue;
      const { bytesRead, bytesWritten } = watched.socket;
      const inReturn = (bytesWritten - watched.writtenThen) / ANSWERED_FOR_ONE;
      const idle = bytesRead - watched.bytesThen - watched.allowed - inReturn;
      watched.bytesThen = bytesRead;
      watched.writtenThen = bytesWritten;
      watched.allowed = 0;
      // The code is said only beside an error.
      if (idle > IDLE_FRAMES) session.destroy(new Error('idle frames'), ENHANCE_YOUR_CALM);
    }
  }

  #allow(session: Session, bytes: number): void {
    const watched = this.#sessions.get(session);
    if (watched !== undefined) watched.allowed += bytes;
  }
}
