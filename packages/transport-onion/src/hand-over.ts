import { type Bytes, observe } from '@sotto/bytes';
import type { Clock, Collector, IncomingEnvelope } from '@sotto/client';
import { MAX_OPEN, MAX_REMEMBERED, REDELIVER_AFTER } from './limits.ts';
import { Postponed } from './postponed.ts';

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
 * opened; what is committed is told so that it can be deleted. What failed takes no room from what is new.
 */
export class HandOver {
  readonly #collector: Collector;
  readonly #clock: Clock;
  readonly #committed: (hash: string) => void;
  /** Handed over or waiting to be so again. */
  readonly #open = new Set<string>();
  /** Handed over for the first time, and neither committed nor failed. */
  readonly #fresh = new Set<string>();
  readonly #postponed: Postponed;
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
    this.#postponed = new Postponed(parts.clock);
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
      if (this.#isOpen(hash) || this.#closed) continue;
      this.#open.add(hash);
      this.#fresh.add(hash);
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
    return this.#open.size > 0 || this.#postponed.someLetGo;
  }

  /** It is time to take everything from the beginning, because there was no room to keep some. */
  takeAgain(): boolean {
    return this.#postponed.readAgain();
  }

  isDone(hash: string): boolean {
    return this.#done.has(hash);
  }

  /** Resolves when all of these are committed, after so long, or soon after nobody wants to know any more. */
  async settled(
    hashes: ReadonlySet<string>,
    {
      milliseconds = Number.POSITIVE_INFINITY,
      isOver = () => false,
    }: { readonly milliseconds?: number; readonly isOver?: () => boolean } = {},
  ): Promise<void> {
    const wanted = [...hashes];
    await this.#until(() => isOver() || !wanted.some((hash) => this.#isOpen(hash)), milliseconds);
  }

  /** Resolves when there is room for another page, which what failed before does not take. */
  async room(): Promise<void> {
    await this.#until(() => this.#fresh.size < MAX_OPEN, Number.POSITIVE_INFINITY);
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
        this.#fresh.delete(envelope.id);
        this.#postponed.committed(envelope.id);
        this.#remember(envelope.id);
        if (!this.#closed) this.#committed(envelope.id);
        observe('collect', 'after');
        this.#tell();
      },
      () => this.#postpone(envelope),
    );
  }

  #postpone(envelope: IncomingEnvelope): void {
    const { id, sealed } = envelope;
    this.#fresh.delete(id);
    if (this.#postponed.keep(id, sealed.length)) this.#after(REDELIVER_AFTER, () => this.#hand(envelope));
    else this.#open.delete(id);
    this.#tell();
  }

  /** Not committed yet, as far as we know of it. */
  #isOpen(hash: string): boolean {
    return this.#open.has(hash) || this.#postponed.isLetGo(hash);
  }

  /** Asynchronous, so that a collector that throws at once counts like one that rejects. */
  async #collect(envelope: IncomingEnvelope): Promise<void> {
    observe('collect', 'before');
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
