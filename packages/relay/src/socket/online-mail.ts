import { type Bytes, toHex } from '@sotto/bytes';
import type { QueueName } from '@sotto/mailbox';

/** An envelope for a device that is connected, or will be before `until`. Milliseconds. */
export interface OnlineEntry {
  readonly queue: QueueName;
  /** 16 bytes, unique in its queue. */
  readonly id: Bytes;
  readonly until: number;
  readonly envelope: Bytes;
}

/**
 * Mail for now: that somebody is typing, that a call rings (reference: signal-service §4.3). Handed out once, to whoever
 * asks in time, and never written down.
 */
export interface OnlineMail {
  put(entries: readonly OnlineEntry[]): Promise<void>;
  /** All that is there for this device and not over, oldest first; a few dozens at most. */
  take(queue: QueueName, now: number): Promise<readonly Pick<OnlineEntry, 'id' | 'envelope'>[]>;
  /** Drop what is over, where that does not happen by itself. */
  expire?(now: number): Promise<unknown>;
}

export interface OnlineBounds {
  readonly entries: number;
  readonly bytes: number;
  /** Entries of one device, so that nobody's crowd out those of the others. */
  readonly entriesOfOne: number;
}

/** A second of a very busy relay. Beyond it the oldest are dropped. */
const BOUNDS: OnlineBounds = { entries: 10_000, bytes: 16 * 1024 * 1024, entriesOfOne: 32 };

/** How often it is looked for what nobody has taken. Milliseconds. */
const SWEEP_INTERVAL = 2_000;

/** The mail of this process alone. `dropped` hears how many nobody will get. */
export function createOnlineMail(
  now: () => number,
  dropped: (times: number) => void,
  bounds = BOUNDS,
): OnlineMail {
  return new OnlineMailHere({ now, dropped, bounds });
}

class OnlineMailHere implements OnlineMail {
  readonly #now: () => number;
  readonly #dropped: (times: number) => void;
  readonly #bounds: OnlineBounds;
  /** Oldest first. */
  readonly #entries = new Set<OnlineEntry>();
  readonly #queues = new Map<string, Set<OnlineEntry>>();
  #bytes = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(terms: {
    readonly now: () => number;
    readonly dropped: (times: number) => void;
    readonly bounds: OnlineBounds;
  }) {
    this.#now = terms.now;
    this.#dropped = terms.dropped;
    this.#bounds = terms.bounds;
  }

  async put(entries: readonly OnlineEntry[]): Promise<void> {
    for (const entry of entries) this.#add(entry);
    this.#sweepLater();
  }

  async take(queue: QueueName, now: number): Promise<readonly OnlineEntry[]> {
    const entries = [...(this.#queues.get(keyOf(queue)) ?? [])];
    for (const entry of entries) this.#remove(entry);
    const inTime = entries.filter(({ until }) => now < until);
    if (inTime.length < entries.length) this.#dropped(entries.length - inTime.length);
    return inTime;
  }

  #add(entry: OnlineEntry): void {
    const key = keyOf(entry.queue);
    const queue = this.#queues.get(key) ?? new Set();
    this.#queues.set(key, queue.add(entry));
    this.#entries.add(entry);
    this.#bytes += entry.envelope.length;
    if (queue.size > this.#bounds.entriesOfOne) this.#drop(queue);
    while (this.#entries.size > this.#bounds.entries || this.#bytes > this.#bounds.bytes) {
      this.#drop(this.#entries);
    }
  }

  #sweepLater(): void {
    if (this.#entries.size > 0) this.#sweep ??= setTimeout(() => this.#sweepNow(), SWEEP_INTERVAL).unref();
  }

  #sweepNow(): void {
    this.#sweep = undefined;
    const now = this.#now();
    for (const entry of this.#entries) {
      if (now < entry.until) continue;
      this.#remove(entry);
      this.#dropped(1);
    }
    this.#sweepLater();
  }

  /** The first of them. */
  #drop(entries: ReadonlySet<OnlineEntry>): void {
    for (const oldest of entries) {
      this.#remove(oldest);
      this.#dropped(1);
      return;
    }
  }

  #remove(entry: OnlineEntry): void {
    const key = keyOf(entry.queue);
    const queue = this.#queues.get(key);
    queue?.delete(entry);
    if (queue?.size === 0) this.#queues.delete(key);
    this.#entries.delete(entry);
    this.#bytes -= entry.envelope.length;
  }
}

function keyOf({ account, device }: QueueName): string {
  return `${toHex(account)}.${device}`;
}
