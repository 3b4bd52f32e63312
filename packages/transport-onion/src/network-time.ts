import type { Clock } from '@sotto/client';

/** Offsets kept: enough that a few liars do not matter, few enough that a drift of our own clock is soon seen. */
const MAX_SAMPLES = 9;

/** Distinct nodes that must have said the time before it can be another than ours: one of them may lie. */
export const MIN_WITNESSES = 3;

/**
 * Times in requests are told no finer than this, milliseconds: what our clock is off by fractions of a
 * second would be a mark that joins everything this device asks. Nodes take what is up to a minute old.
 */
export const STAMP_STEP = 10_000;

/**
 * The network's time: our clock, moved by the median of what distinct nodes last said under their own keys.
 * Requests carry it, because nodes refuse what is signed more than a minute off.
 */
export class NetworkTime {
  readonly #clock: Clock;
  /** Offset by node, the newest last. */
  #offsets = new Map<string, number>();
  #lastStamp = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.offset;
  }

  /** For requests: the latest step that is over, so never in the future. */
  stamp(): number {
    return Math.floor(this.now() / STAMP_STEP) * STAMP_STEP;
  }

  /** A stamp that is later than the last of these, for what replaces something: equal times would not. */
  laterStamp(): number {
    const [stamp, last] = [this.stamp(), this.#lastStamp];
    // Further ahead than a step it was of a time that has turned out to be wrong.
    this.#lastStamp = last >= stamp && last - stamp < STAMP_STEP ? last + 1 : stamp;
    return this.#lastStamp;
  }

  /** Enough nodes have said the time. Until then it is our own. */
  get isKnown(): boolean {
    return this.#offsets.size >= MIN_WITNESSES;
  }

  /**
   * Milliseconds that our clock is behind the network's. Between two middle ones, that which is nearer to our
   * own clock: half of all is not enough to move it.
   */
  get offset(): number {
    if (!this.isKnown) return 0;
    const sorted = [...this.#offsets.values()].sort((left, right) => left - right);
    const upper = sorted[sorted.length >> 1] ?? 0;
    const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
    return Math.abs(lower) <= Math.abs(upper) ? lower : upper;
  }

  /** So much is our clock behind that of a node, which has said so under its own key. */
  learn(node: string, offset: number): void {
    if (!Number.isSafeInteger(offset)) return;
    this.#offsets.delete(node);
    this.#offsets.set(node, offset);
    const [oldest] = this.#offsets.keys();
    if (this.#offsets.size > MAX_SAMPLES && oldest !== undefined) this.#offsets.delete(oldest);
  }

  /** What was learnt before may have been by another clock of ours: only this counts, when it is enough. */
  relearn(offsets: ReadonlyMap<string, number>): boolean {
    if (offsets.size < MIN_WITNESSES) return false;
    this.#offsets = new Map();
    for (const [node, offset] of offsets) this.learn(node, offset);
    return true;
  }
}

/**
 * A node said that it is `time` there; we asked at `asked` and heard it at `heard`, by our own clock. The
 * smallest offset that this allows: who delays an answer does not move a clock that is right.
 */
export function offsetOf(time: number, asked: number, heard: number): number {
  return Math.round(Math.max(time - heard, 0) + Math.min(time - asked, 0));
}
