import { toHex } from '@sotto/bytes';
import type { Leaving } from '@sotto/frames';
import { FairShare, type Source } from '@sotto/limits';
import { MAX_WAITERS } from '../constants.ts';
import type { BoxName, StoredMessage } from '../store/messages.ts';

/** Who waits. */
export interface Asker {
  readonly source: Source;
  /** Aborted when it has gone. */
  readonly signal?: Leaving;
}

interface Waiter {
  end(): void;
}

/** Long polls: requests that wait until something is stored in a box. */
export class Waiters {
  readonly #boxes = new Map<string, Set<Waiter>>();
  readonly #share = new FairShare(MAX_WAITERS.total);
  readonly #listeners: ((box: BoxName, message: StoredMessage) => void)[] = [];
  #ended = false;

  /** The node ends; nothing is waited for any more. */
  get ended(): boolean {
    return this.#ended;
  }

  get count(): number {
    return this.#share.taken;
  }

  /**
   * Resolves when something was stored in the box, the time is over, the asker has gone or the node
   * ends. `undefined` when too many wait already, of this source or of all. Of too many for one box the oldest goes home.
   */
  wait(name: BoxName, milliseconds: number, { source, signal }: Asker): Promise<void> | undefined {
    if (this.#ended || signal?.aborted === true) return Promise.resolve();
    if (!this.#share.take(source)) return undefined;
    const key = keyOf(name);
    const box = this.#boxes.get(key) ?? new Set();
    this.#boxes.set(key, box);
    if (box.size >= MAX_WAITERS.perBox) [...box][0]?.end();
    return new Promise((resolve) => {
      const end = (): void => {
        if (!box.delete(waiter)) return;
        this.#share.giveBack(source.name);
        if (box.size === 0 && this.#boxes.get(key) === box) this.#boxes.delete(key);
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const waiter: Waiter = { end };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end, { once: true });
      box.add(waiter);
      // The last one to leave takes an empty box away.
      this.#boxes.set(key, box);
    });
  }

  /** Hear of every message that is committed. */
  onStored(listener: (box: BoxName, message: StoredMessage) => void): void {
    this.#listeners.push(listener);
  }

  /** This message was committed to the box. */
  wake(name: BoxName, message: StoredMessage): void {
    for (const listener of this.#listeners) listener(name, message);
    const box = this.#boxes.get(keyOf(name));
    if (box !== undefined) for (const waiter of [...box]) waiter.end();
  }

  /** Nobody waits any more, now or later. */
  endAll(): void {
    this.#ended = true;
    for (const box of [...this.#boxes.values()]) for (const waiter of [...box]) waiter.end();
  }
}

function keyOf({ mailbox, namespace }: BoxName): string {
  return `${toHex(mailbox)} ${namespace}`;
}
