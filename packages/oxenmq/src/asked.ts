import { randomBytes } from 'node:crypto';
import { type Bytes, toHex } from '@sotto/bytes';
import { MAX_ASKED, TAG_BYTES } from './constants.ts';
import { sizeOf } from './outbox.ts';
import type { Refusal } from './read-message.ts';
import type { Answer, AskOptions } from './types.ts';

interface Waiting {
  readonly maxReply: number;
  settle(answer: Answer): void;
}

/** Requests made over one connection, each waiting for the answer that bears its tag. */
export class Asked {
  readonly #waiting = new Map<string, Waiting>();

  get count(): number {
    return this.#waiting.size;
  }

  /** Never rejects. `send` gets the tag and says whether the request was sent. */
  ask({ timeout, maxReply, signal }: AskOptions, send: (tag: Uint8Array) => boolean): Promise<Answer> {
    if (signal?.aborted === true) return Promise.resolve({ outcome: 'aborted' });
    if (this.#waiting.size >= MAX_ASKED) return Promise.resolve({ outcome: 'busy' });
    return new Promise((resolve) => {
      const tag = randomBytes(TAG_BYTES);
      const name = toHex(tag);
      const settle = (answer: Answer): void => {
        if (!this.#waiting.delete(name)) return;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ outcome: 'timeout' }), timeout);
      const abort = (): void => settle({ outcome: 'aborted' });
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.set(name, { maxReply, settle });
      if (!send(tag)) settle({ outcome: 'down' });
    });
  }

  /** A late answer, or one to what nobody has asked, is nobody's. */
  answered(tag: string, data: readonly Bytes[]): void {
    const one = this.#waiting.get(tag);
    if (one === undefined) return;
    one.settle(sizeOf(data) > one.maxReply ? { outcome: 'too-large' } : { outcome: 'answered', data });
  }

  refused(tag: string, refusal: Refusal): void {
    this.#waiting.get(tag)?.settle({ outcome: 'refused', refusal });
  }

  /** The connection is gone. */
  breakAll(): void {
    for (const one of [...this.#waiting.values()]) one.settle({ outcome: 'broken' });
  }
}
