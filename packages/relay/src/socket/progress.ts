import type { WebSocket } from 'ws';

/** What a socket holds of memory, and since when nothing of it has moved. Times are of `performance.now()`. */
export class Progress {
  readonly #socket: Pick<WebSocket, 'bufferedAmount' | 'isPaused'>;
  readonly #stream: { readonly bytesRead?: number };
  /** What had come when the last message was whole, and when that was. */
  #bytesWhole: number;
  #wholeAt = performance.now();
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
    this.#wholeAt = performance.now();
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

  /** That we do not read a socket, because it has sent too much at once, is not its fault. */
  stuckFor(now: number): number {
    const sends = this.#unfinished() === 0 || this.#socket.isPaused ? 0 : now - this.#wholeAt;
    const reads = this.#socket.bufferedAmount === 0 ? 0 : now - this.#takenAt;
    return Math.max(sends, reads);
  }

  #unfinished(): number {
    return (this.#stream.bytesRead ?? 0) - this.#bytesWhole;
  }
}
