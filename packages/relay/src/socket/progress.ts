import type { WebSocket } from 'ws';
import { MESSAGE_PACE } from '../constants.ts';

/** What a socket holds of memory, and since when nothing of it has moved. Times are of `performance.now()`. */
export class Progress {
  readonly #socket: Pick<WebSocket, 'bufferedAmount' | 'isPaused'>;
  readonly #stream: { readonly bytesRead?: number };
  /** What had come when the last message was whole. */
  #bytesWhole: number;
  /** What had come of the next one, and when, at the look from which its pace is counted. */
  #halfway: { readonly bytes: number; readonly at: number } | undefined;
  /** When the network last took something from us. */
  #takenAt = performance.now();

  constructor(
    socket: Pick<WebSocket, 'bufferedAmount' | 'isPaused'>,
    stream: { readonly bytesRead?: number },
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#bytesWhole = stream.bytesRead ?? 0;
  }

  /** A message, or a ping, has come to its end. */
  whole(): void {
    this.#bytesWhole = this.#stream.bytesRead ?? 0;
    this.#halfway = undefined;
  }

  /** Something is about to be sent. */
  sending(): void {
    if (this.#socket.bufferedAmount === 0) this.#takenAt = performance.now();
  }

  /** The network has taken something. */
  taken(): void {
    this.#takenAt = performance.now();
  }

  held(): number {
    return this.#unfinished() + this.#socket.bufferedAmount;
  }

  /** Counted from look to look: a socket may be quiet for as long as it likes before its next message. */
  stuckFor(now: number): number {
    const reads = this.#socket.bufferedAmount === 0 ? 0 : now - this.#takenAt;
    return Math.max(this.#halfwayFor(now), reads);
  }

  /** That we do not read a socket, because it has sent too much at once, is not its fault. */
  #halfwayFor(now: number): number {
    const unfinished = this.#unfinished();
    if (unfinished === 0 || this.#socket.isPaused) this.#halfway = undefined;
    else if (this.#halfway === undefined || unfinished - this.#halfway.bytes >= MESSAGE_PACE) {
      this.#halfway = { bytes: unfinished, at: now };
    }
    return this.#halfway === undefined ? 0 : now - this.#halfway.at;
  }

  #unfinished(): number {
    return (this.#stream.bytesRead ?? 0) - this.#bytesWhole;
  }
}
