import type { Channel } from './channel.ts';
import { MAX_WAITING_BYTES } from './limits.ts';
import { lineBytes } from './split-lines.ts';

/** Lines on their way into a channel, in order and bounded. */
export class SendQueue {
  readonly #channel: Channel;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** False when the other side has not read for so long that the line is dropped; close the channel then. */
  push(line: string): boolean {
    const bytes = lineBytes(line);
    if (this.#waiting + bytes > MAX_WAITING_BYTES) return false;
    this.#waiting += bytes;
    this.#tail = this.#tail.then(async () => {
      await this.#channel.send(line);
      this.#waiting -= bytes;
    });
    return true;
  }

  /** When everything pushed so far has been taken by the channel. */
  flushed(): Promise<void> {
    return this.#tail;
  }
}
