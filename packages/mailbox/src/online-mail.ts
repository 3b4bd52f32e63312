import { type Bytes, toHex } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import { ONLINE_BYTES, ONLINE_PER_QUEUE } from './constants.ts';
import type { QueueName } from './mailbox.ts';
import { keyOf } from './queue-key.ts';

/** Mail that is for a device while it is connected, or for nobody: that somebody is typing, say. */
export interface OnlineEntry {
  readonly queue: QueueName;
  /** 16 bytes, unique in its queue. */
  readonly id: Bytes;
  /** Milliseconds. From then on nobody gets it. */
  readonly until: number;
  /** Never empty. */
  readonly envelope: Bytes;
}

/** What is given out of it; there is nothing to acknowledge. */
export type OnlineEnvelope = Pick<OnlineEntry, 'id' | 'envelope'>;

/**
 * Mail on its way from the process that got it to the one to which its device is connected. Nothing is promised: it is
 * given to one taker, once, or lost. Rejections are DatabaseError.
 */
export interface OnlineMail {
  /** What has no room, or is there already, is dropped. */
  put(entries: readonly OnlineEntry[]): Promise<void>;
  /** All that is there for this device and not over, in about the order in which it was put. */
  take(queue: QueueName, now: number): Promise<readonly OnlineEnvelope[]>;
  /** Forget what there is for one device, or for every device of an account. */
  clear(account: Bytes, device?: number): Promise<void>;
  /** Remove what is over and was not taken. */
  expire(now: number): Promise<void>;
  close(): Promise<void>;
}

/** Of a server that is one process: in its memory, at most some mebibytes, the newest. `dropped` hears how many nobody gets. */
export function memoryOnlineMail(dropped: (times: number) => void = () => undefined): OnlineMail {
  return new MemoryOnlineMail(dropped);
}

class MemoryOnlineMail implements OnlineMail {
  readonly #byQueue = new Map<string, OnlineEntry[]>();
  readonly #dropped: (times: number) => void;
  #bytes = 0;
  #open = true;

  constructor(dropped: (times: number) => void) {
    this.#dropped = dropped;
  }

  async put(entries: readonly OnlineEntry[]): Promise<void> {
    this.#mustBeOpen();
    for (const entry of entries) this.#putOne(entry);
    for (const [key, kept] of this.#byQueue) {
      if (this.#bytes <= ONLINE_BYTES) return;
      this.#drop(key, kept);
      this.#dropped(kept.length);
    }
  }

  #putOne(entry: OnlineEntry): void {
    const key = keyOf(entry.queue);
    const kept = this.#byQueue.get(key) ?? [];
    if (kept.length >= ONLINE_PER_QUEUE || kept.some(({ id }) => toHex(id) === toHex(entry.id))) {
      this.#dropped(1);
      return;
    }
    // The queue that was written to last goes last.
    this.#byQueue.delete(key);
    this.#byQueue.set(key, kept);
    kept.push(entry);
    this.#bytes += entry.envelope.length;
  }

  async take(queue: QueueName, now: number): Promise<readonly OnlineEnvelope[]> {
    this.#mustBeOpen();
    const key = keyOf(queue);
    const kept = this.#byQueue.get(key) ?? [];
    this.#drop(key, kept);
    const inTime = kept.filter(({ until }) => now < until);
    if (inTime.length < kept.length) this.#dropped(kept.length - inTime.length);
    return inTime.map(({ id, envelope }) => ({ id, envelope }));
  }

  async clear(account: Bytes, device?: number): Promise<void> {
    this.#mustBeOpen();
    for (const [key, kept] of this.#byQueue) {
      const isMeant =
        device === undefined ? key.startsWith(`${toHex(account)}.`) : key === keyOf({ account, device });
      if (isMeant) this.#drop(key, kept);
    }
  }

  async expire(now: number): Promise<void> {
    this.#mustBeOpen();
    for (const [key, kept] of this.#byQueue) {
      const left = kept.filter(({ until }) => now < until);
      if (left.length === kept.length) continue;
      this.#drop(key, kept);
      this.#dropped(kept.length - left.length);
      for (const entry of left) this.#putOne(entry);
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#byQueue.clear();
  }

  #drop(key: string, kept: readonly OnlineEntry[]): void {
    this.#byQueue.delete(key);
    this.#bytes -= bytesOf(kept);
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new DatabaseError('closed', 'the mail is closed');
  }
}

function bytesOf(entries: readonly OnlineEntry[]): number {
  return entries.reduce((sum, { envelope }) => sum + envelope.length, 0);
}
