import type { ByteShare } from '@sotto/limits';
import { COUNTED_STEP, LEAK, MAX_UNREAD_BYTES, UNCOUNTED_BYTES } from './constants.ts';

export interface UnreadOptions {
  /** Its share of that, once it has sent much. */
  open(): ByteShare;
  /** How long nothing may come through when it is full. Milliseconds. */
  readonly patience: number;
  /** Read nothing more, or go on. */
  hold(held: boolean): void;
  /** It was too much. */
  overrun(): void;
}

/**
 * What one connection has sent and nobody has handled. When it is as much as one may, or all together may,
 * no more is read from it; if then nothing comes through, it is ended.
 */
export class Unread {
  readonly #options: UnreadOptions;
  #share: ByteShare | undefined;
  readonly #leaking: NodeJS.Timeout;
  #bytes = 0;
  #counted = 0;
  #stalled: NodeJS.Timeout | undefined;

  constructor(options: UnreadOptions) {
    this.#options = options;
    this.#leaking = setInterval(() => this.handled(LEAK.bytes), LEAK.every).unref();
  }

  /** So many bytes have been read from the connection. */
  came(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#count()) {
      this.#options.overrun();
      return;
    }
    if (this.#bytes > MAX_UNREAD_BYTES) this.#pause();
  }

  /** A message of so many bytes has been taken. */
  handled(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
    this.#count();
    if (this.#stalled === undefined || this.#bytes > MAX_UNREAD_BYTES) return;
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    this.#options.hold(false);
  }

  end(): void {
    clearInterval(this.#leaking);
    clearTimeout(this.#stalled);
    this.#release();
  }

  #pause(): void {
    if (this.#stalled !== undefined) return;
    this.#options.hold(true);
    this.#stalled = setTimeout(this.#options.overrun, this.#options.patience).unref();
  }

  /** In steps, since to count every chunk would cost more than it tells. False when there is no room. */
  #count(): boolean {
    if (this.#bytes <= UNCOUNTED_BYTES) {
      this.#release();
      return true;
    }
    this.#share ??= this.#options.open();
    while (this.#counted < this.#bytes) {
      if (!this.#share.take(COUNTED_STEP)) return false;
      this.#counted += COUNTED_STEP;
    }
    return true;
  }

  #release(): void {
    this.#share?.release();
    this.#share = undefined;
    this.#counted = 0;
  }
}
