import { type Channel, encodeAdmitted, encodeNotAdmitted, parseHello } from '@sotto/local-api';
import type { WebSocket } from 'ws';
import type { Admission } from './admission.ts';
import { webSocketChannel } from './web-socket-channel.ts';

/** A page says who it is with its first line, or is gone after this. */
const HELLO_MS = 5_000;
/** Connections that have not said it yet; another one takes the place of the oldest. */
const MAX_WAITING = 32;
/** Close code of an application (RFC 6455 §7.4.2): not let in. Opening the connection again does not help. */
const NOT_ADMITTED = 4401;

/**
 * Where connections are until they have shown the secret or a session. Nothing of the local API is
 * behind this door; who does not get through it learns that and no more.
 */
export class WaitingRoom {
  readonly #admission: Admission;
  readonly #onPage: (channel: Channel) => void;
  /** The oldest first. */
  readonly #waiting = new Set<WebSocket>();

  constructor(admission: Admission, onPage: (channel: Channel) => void) {
    this.#admission = admission;
    this.#onPage = onPage;
  }

  enter(socket: WebSocket): void {
    const [oldest] = this.#waiting;
    if (this.#waiting.size >= MAX_WAITING && oldest !== undefined) oldest.terminate();
    this.#waiting.add(socket);
    const late = setTimeout(() => socket.terminate(), HELLO_MS);
    const leave = (): void => {
      clearTimeout(late);
      this.#waiting.delete(socket);
    };
    // Told by the close that follows.
    socket.on('error', () => undefined);
    socket.once('close', leave);
    socket.once('message', (data, isBinary) => {
      const admitted = isBinary ? undefined : this.#admission.admit(parseHello(String(data)));
      clearTimeout(late);
      if (admitted === undefined) {
        this.#turnAway(socket);
        return;
      }
      leave();
      socket.send(encodeAdmitted(admitted));
      // In the same turn, so that no line falls between this listener and the channel's.
      this.#onPage(webSocketChannel(socket));
    });
  }

  /** After many wrong lines the answer takes its time. Whoever waits for it holds a place that others may take. */
  #turnAway(socket: WebSocket): void {
    const wait = this.#admission.fail(performance.now());
    const answer = (): void => {
      socket.send(encodeNotAdmitted());
      socket.close(NOT_ADMITTED);
    };
    socket.pause();
    if (wait === 0) {
      socket.resume();
      answer();
      return;
    }
    const later = setTimeout(() => {
      socket.resume();
      answer();
    }, wait);
    socket.once('close', () => clearTimeout(later));
  }
}
