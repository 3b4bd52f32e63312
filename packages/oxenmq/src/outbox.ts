import type { Dealer } from 'zeromq';
import { MAX_PART_BYTES, MAX_WAITING } from './constants.ts';

/** What waits to be sent over one connection, in order: the package takes one message at a time. */
export class Outbox {
  readonly #wire: Dealer;
  readonly #overrun: () => void;
  readonly #waiting: (readonly Uint8Array[])[] = [];
  #bytes = 0;
  #sending = false;
  #ended = false;
  #emptied: (() => void)[] = [];

  /** `overrun` is called when more waits than may: the other end does not read. */
  constructor(wire: Dealer, overrun: () => void) {
    this.#wire = wire;
    this.#overrun = overrun;
  }

  /** False when nothing is sent any more, or this would end the connection at the other end. */
  put(parts: readonly Uint8Array[]): boolean {
    if (this.#ended || parts.some((part) => part.length > MAX_PART_BYTES)) return false;
    const bytes = sizeOf(parts);
    if (this.#waiting.length >= MAX_WAITING.messages || this.#bytes + bytes > MAX_WAITING.bytes) {
      this.#overrun();
      return false;
    }
    this.#bytes += bytes;
    this.#waiting.push(parts);
    if (!this.#sending) void this.#send();
    return true;
  }

  /** Resolves when everything is handed over, or nothing is sent any more. */
  whenEmpty(): Promise<void> {
    if (!this.#sending || this.#ended) return Promise.resolve();
    return new Promise((resolve) => this.#emptied.push(resolve));
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
    this.#tell();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    try {
      for (let parts = this.#waiting.shift(); parts !== undefined; parts = this.#waiting.shift()) {
        this.#bytes -= sizeOf(parts);
        await this.#wire.send(parts as Uint8Array[]);
      }
    } catch {
      // The socket was closed meanwhile, which whoever closed it knows.
      this.end();
    } finally {
      this.#sending = false;
      this.#tell();
    }
  }

  #tell(): void {
    for (const resolve of this.#emptied.splice(0)) resolve();
  }
}

export function sizeOf(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}
