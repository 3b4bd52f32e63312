import type { Duplex } from 'node:stream';
import type { Bytes } from '@sotto/bytes';
import type { WebSocket } from 'ws';
import { CUT_AT_BUFFERED } from '../constants.ts';
import type { Progress } from './progress.ts';

/** What leaves by one chat socket. Whoever reads too little of it is cut off. */
export class Outlet {
  readonly #socket: WebSocket;
  readonly #stream: Pick<Duplex, 'cork' | 'uncork'>;
  readonly #progress: Progress;
  readonly #onTaken: () => void;
  #corked = false;

  /** `onTaken`: the network has taken something. */
  constructor(
    socket: WebSocket,
    stream: Pick<Duplex, 'cork' | 'uncork'>,
    progress: Progress,
    onTaken: () => void,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#progress = progress;
    this.#onTaken = onTaken;
  }

  /** Bytes accepted and not yet given to the network. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** The other side reads less than an honest one would. */
  get overfull(): boolean {
    return this.buffered > CUT_AT_BUFFERED;
  }

  send(frame: Bytes): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.overfull) {
      this.#socket.terminate();
      return;
    }
    this.#progress.sending();
    this.#together();
    this.#socket.send(frame, () => {
      this.#progress.taken();
      this.#onTaken();
    });
  }

  /** What is sent in one turn leaves in one piece: to refuse must cost little, and most of it is the way out. */
  #together(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }
}
