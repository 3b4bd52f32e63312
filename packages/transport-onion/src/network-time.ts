import type { Clock } from '@sotto/client';

/** Offsets kept: enough that a few liars do not matter, few enough that a jump of our own clock is soon seen. */
const MAX_SAMPLES = 9;

/**
 * The network's time: our clock moved by the median of what distinct nodes last said. Requests carry
 * it, because nodes refuse what is signed more than a minute off.
 */
export class NetworkTime {
  readonly #clock: Clock;
  /** Offset by node, the newest last. */
  readonly #offsets = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.offset;
  }

  /** Milliseconds that our clock is behind the network's. */
  get offset(): number {
    const sorted = [...this.#offsets.values()].sort((left, right) => left - right);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] ?? 0;
    return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2);
  }

  /** So much is our clock behind a node's. */
  learn(node: string, offset: number): void {
    if (!Number.isSafeInteger(offset)) return;
    this.#offsets.delete(node);
    this.#offsets.set(node, offset);
    const [oldest] = this.#offsets.keys();
    if (this.#offsets.size > MAX_SAMPLES && oldest !== undefined) this.#offsets.delete(oldest);
  }

  /** Our clock was found to be wrong: what was learnt before may have been by another clock. */
  forget(): void {
    this.#offsets.clear();
  }
}

/** A node said that it is `time` there; we asked at `asked` and heard it at `heard`, by our own clock. */
export function offsetOf(time: number, asked: number, heard: number): number {
  return Math.round(time - (asked + heard) / 2);
}
