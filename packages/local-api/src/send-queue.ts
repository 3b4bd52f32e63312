import type { Channel } from './channel.ts';
import { MAX_WAITING_BYTES } from './limits.ts';
import { lineBytes } from './split-lines.ts';

/**
 * Lines on their way into a channel, in order and bounded. A channel that fails to take one should not
 * happen; it is closed, and the lines behind are dropped.
 */
export class SendQueue {
  readonly #channel: Channel;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;
  #failed = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** False when the other side has not read for so long that the line is dropped; close the channel then. */
  push(line: string): boolean {
    const bytes = lineBytes(line);
    if (this.#waiting + bytes > MAX_WAITING_BYTES) return false;
    this.#waiting += bytes;
    this.#tail = this.#tail.then(() => this.#send(line, bytes));
    return true;
  }

  async #send(line: string, bytes: number): Promise<void> {
    try {
      if (!this.#failed) await this.#channel.send(line);
    } catch {
      this.#failed = true;
      this.#channel.close();
    }
    this.#waiting -= bytes;
  }

  /** When everything pushed so far has been taken by the channel, or dropped. Never rejects. */
  flushed(): Promise<void> {
    return this.#tail;
  }
}
