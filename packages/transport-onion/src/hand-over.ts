import type { Bytes } from '@sotto/bytes';
import type { Clock, Collector, IncomingEnvelope } from '@sotto/client';
import { MAX_OPEN, MAX_REMEMBERED, REDELIVER_AFTER } from './limits.ts';

/** A message as it lies in a box. */
export interface BoxMessage {
  /** Checked: it is the hash of the data. */
  readonly hash: string;
  /** The network's milliseconds. */
  readonly timestamp: number;
  readonly sealed: Bytes;
}

/**
 * What one mailbox hands over: each message once, in order, and again after a while when it could not be
 * opened; what is committed is told so that it can be deleted.
 */
export class HandOver {
  readonly #collector: Collector;
  readonly #clock: Clock;
  readonly #committed: (hash: string) => void;
  /** Handed over or waiting to be so again. */
  readonly #open = new Set<string>();
  /** Committed ones, so that a member that still has them is only told to delete them. */
  readonly #done = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #timers = new Set<() => void>();
  #closed = false;

  constructor(parts: {
    readonly collector: Collector;
    readonly clock: Clock;
    readonly committed: (hash: string) => void;
  }) {
    this.#collector = parts.collector;
    this.#clock = parts.clock;
    this.#committed = parts.committed;
  }

  /** Those of these messages that are not committed yet. Known ones are not handed over twice. */
  take(messages: readonly BoxMessage[]): ReadonlySet<string> {
    const pending = new Set<string>();
    for (const message of messages) {
      const { hash, timestamp, sealed } = message;
      if (this.#done.has(hash)) {
        this.#committed(hash);
        continue;
      }
      pending.add(hash);
      if (this.#open.has(hash) || this.#closed) continue;
      this.#open.add(hash);
      this.#hand({ id: hash, sealed, serverTime: timestamp });
    }
    return pending;
  }

  /** It needs no opening, because it is no letter. */
  skip(hash: string): void {
    this.#remember(hash);
  }

  /** Some are handed over and not committed. */
  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  isDone(hash: string): boolean {
    return this.#done.has(hash);
  }

  /** Resolves when none of these is open any more, or after so long. */
  async settled(hashes: Iterable<string>, milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
    const wanted = [...hashes];
    await this.#until(() => !wanted.some((hash) => this.#open.has(hash)), milliseconds);
  }

  /** Resolves when there is room for another page. */
  async room(): Promise<void> {
    await this.#until(() => this.#open.size < MAX_OPEN, Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#tell();
  }

  #hand(envelope: IncomingEnvelope): void {
    this.#collect(envelope).then(
      () => {
        this.#open.delete(envelope.id);
        this.#remember(envelope.id);
        if (!this.#closed) this.#committed(envelope.id);
        this.#tell();
      },
      () => this.#after(REDELIVER_AFTER, () => this.#hand(envelope)),
    );
  }

  /** Asynchronous, so that a collector that throws at once counts like one that rejects. */
  async #collect(envelope: IncomingEnvelope): Promise<void> {
    await this.#collector.envelope(envelope);
  }

  #remember(hash: string): void {
    this.#done.add(hash);
    const [oldest] = this.#done;
    if (this.#done.size > MAX_REMEMBERED && oldest !== undefined) this.#done.delete(oldest);
  }

  #until(isSo: () => boolean, milliseconds: number): Promise<void> {
    if (isSo() || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const check = () => {
        if (!isSo() && !this.#closed) return;
        end();
      };
      const end = () => {
        this.#waiting.delete(check);
        cancel();
        resolve();
      };
      this.#waiting.add(check);
      const cancel = Number.isFinite(milliseconds) ? this.#after(milliseconds, end) : () => undefined;
    });
  }

  #tell(): void {
    for (const check of [...this.#waiting]) check();
  }

  #after(milliseconds: number, callback: () => void): () => void {
    if (this.#closed) return () => undefined;
    const cancel = this.#clock.after(milliseconds, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
    return () => {
      cancel();
      this.#timers.delete(cancel);
    };
  }
}
