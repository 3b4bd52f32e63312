import type { TLSSocket } from 'node:tls';
import { HEAD_CHECK_INTERVAL, HEAD_TIMEOUT } from '../constants.ts';

interface Watched {
  /** Requests that are being answered. */
  underWay: number;
  /** What had come when the last one was answered; undefined before the first. */
  bytesThen: number | undefined;
  /** When something of a next one came, or the connection. */
  since: number | undefined;
}

/**
 * Destroys connections of HTTP/1.1 on which the head of a request does not come to its end. A server of both
 * versions has no such time-out of its own. Quiet ones between two requests are left alone.
 */
export class HeadWatch {
  readonly #sockets = new Map<TLSSocket, Watched>();
  readonly #timer = setInterval(() => this.check(performance.now()), HEAD_CHECK_INTERVAL).unref();

  add(socket: TLSSocket, now = performance.now()): void {
    this.#sockets.set(socket, { underWay: 0, bytesThen: undefined, since: now });
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** A request has been read as far as its body. */
  begun(socket: TLSSocket): void {
    const watched = this.#sockets.get(socket);
    if (watched !== undefined) watched.underWay += 1;
  }

  answered(socket: TLSSocket): void {
    const watched = this.#sockets.get(socket);
    if (watched === undefined) return;
    watched.underWay -= 1;
    watched.bytesThen = socket.bytesRead;
    watched.since = undefined;
  }

  check(now: number): void {
    for (const [socket, watched] of this.#sockets) {
      if (watched.underWay > 0 || socket.bytesRead === watched.bytesThen) continue;
      watched.since ??= now;
      if (now - watched.since >= HEAD_TIMEOUT) socket.destroy();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
