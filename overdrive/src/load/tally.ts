/** What became of one message that was to be sent. */
export const FATE = {
  /** Handed to the connection, and nothing heard. */
  silent: 0,
  accepted: 1,
  /** 429 or 503 with the time after which to come again. */
  refused: 2,
  /** The connection was closed with a code, or the upgrade refused with a status and a time. */
  closed: 3,
  /** Not sent: its client had been told when to come again, and that was not yet. */
  told: 4,
  /** Not sent: the connection took no more bytes. */
  held: 5,
  /** Any other answer, and a refusal without a time. */
  wordless: 6,
  /** The connection was cut without a word. */
  cut: 7,
} as const;

export type Fate = keyof typeof FATE;

export interface Summary {
  readonly offered: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** Accepted messages by their numbers. */
  readonly accepted: Uint32Array;
  /** Of those, how many were answered within the time of the load. */
  readonly acceptedInTime: number;
  /** From the moment a message was due to its answer, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** The fates of messages that are numbered one after the other. */
export class Tally {
  readonly #first: number;
  readonly #fates: number[] = [];
  readonly #due: number[] = [];
  readonly #latencies: number[] = [];
  readonly #statuses = new Map<string, number>();
  #acceptedInTime = 0;
  #pending = 0;
  #ended = false;

  constructor(first: number) {
    this.#first = first;
  }

  get next(): number {
    return this.#first + this.#fates.length;
  }

  /** Sent and neither answered nor lost. */
  get pending(): number {
    return this.#pending;
  }

  /** Count a message that is due now and is sent. */
  sent(due: number): number {
    const message = this.next;
    this.#fates.push(FATE.silent);
    this.#due.push(due);
    this.#pending++;
    return message;
  }

  /** Count one that is not sent. */
  kept(due: number, fate: 'told' | 'held'): void {
    this.#fates.push(FATE[fate]);
    this.#due.push(due);
  }

  settle(message: number, fate: Fate, status = ''): void {
    const index = message - this.#first;
    if (this.#fates[index] !== FATE.silent) return;
    this.#fates[index] = FATE[fate];
    this.#pending--;
    if (status !== '') this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (fate !== 'accepted') return;
    this.#latencies.push(performance.now() - (this.#due[index] as number));
    if (!this.#ended) this.#acceptedInTime++;
  }

  /** The load is over; what is answered from now on was not answered in its time. */
  end(): void {
    this.#ended = true;
  }

  summary(): Summary {
    const fates = Object.fromEntries(
      Object.entries(FATE).map(([name, value]) => [
        name,
        this.#fates.filter((fate) => fate === value).length,
      ]),
    ) as Record<Fate, number>;
    const accepted = this.#fates.flatMap((fate, index) =>
      fate === FATE.accepted ? [this.#first + index] : [],
    );
    const sorted = this.#latencies.toSorted((left, right) => left - right);
    return {
      offered: this.#fates.length,
      fates,
      accepted: Uint32Array.from(accepted),
      acceptedInTime: this.#acceptedInTime,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      statuses: Object.fromEntries(this.#statuses),
    };
  }
}

/** Of numbers in order. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
