import { FairShare, type Source } from '@sotto/limits';
import { LOOK_INTERVAL, MAX_WAITERS } from './constants.ts';

/** What is waited for. */
export interface Wait<Found> {
  /** Rung by whoever writes what is waited for. */
  readonly bell: string;
  readonly milliseconds: number;
  /** Aborted when nobody wants to know any more. */
  readonly signal?: AbortSignal;
  /** What is there, undefined while it is not. */
  look(): Promise<Found | undefined>;
}

/**
 * Calls and sockets that wait until something is written. They look again when their bell rings, and every now and
 * then besides, since another process may write it, whose bells are not heard here. Bounded, a fair share for each
 * source.
 */
export class Waiters {
  readonly #share: FairShare;
  readonly #sleepers = new Map<string, Set<() => void>>();
  #ended = false;

  constructor(most = MAX_WAITERS) {
    this.#share = new FairShare(most);
  }

  /** A place, to be taken before waiting: what gives it back. Undefined when too many have one, of `source` or of all. */
  enter(source: Source): (() => void) | undefined {
    return this.#share.enter(source);
  }

  /** Undefined when the time, or the wish, is over, or the relay stops. Rejects with what `look` rejects with. */
  async wait<Found>({ bell, milliseconds, signal, look }: Wait<Found>): Promise<Found | undefined> {
    const end = performance.now() + milliseconds;
    for (;;) {
      const left = end - performance.now();
      // Begun before the look, so that nothing is missed that is written meanwhile.
      const sleep = this.#sleep(bell, Math.min(left, LOOK_INTERVAL), signal);
      try {
        const found = await look();
        if (found !== undefined || left <= 0 || this.#ended || signal?.aborted === true) return found;
        await sleep.over;
      } finally {
        sleep.wake();
      }
    }
  }

  ring(bell: string): void {
    for (const wake of [...(this.#sleepers.get(bell) ?? [])]) wake();
  }

  /** Nobody waits any more, now or later. */
  endAll(): void {
    this.#ended = true;
    for (const bell of [...this.#sleepers.keys()]) this.ring(bell);
  }

  #sleep(bell: string, milliseconds: number, signal?: AbortSignal): Sleep {
    const sleepers = this.#sleepers.get(bell) ?? new Set();
    this.#sleepers.set(bell, sleepers);
    let resolve: () => void = () => undefined;
    const over = new Promise<void>((settle) => {
      resolve = settle;
    });
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      sleepers.delete(wake);
      if (sleepers.size === 0 && this.#sleepers.get(bell) === sleepers) this.#sleepers.delete(bell);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds).unref();
    signal?.addEventListener('abort', wake);
    sleepers.add(wake);
    return { over, wake };
  }
}

interface Sleep {
  readonly over: Promise<void>;
  wake(): void;
}
