/** So many bytes at least in so many milliseconds. */
export interface PaceTerms {
  readonly bytes: number;
  readonly within: number;
}

/** Why a body was not read on, or an answer not written on, although the other side is there. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly reason: 'too-slow' | 'taken-over';

  constructor(reason: Ended['reason']) {
    super(`the transfer was ended: ${reason}`);
    this.reason = reason;
  }
}

/** Measures how long the other side is waited for. What a slow disk of ours takes is not its fault. */
export class Pace {
  readonly #terms: PaceTerms;
  #waited = 0;
  #bytes = 0;

  constructor(terms: PaceTerms) {
    this.#terms = terms;
  }

  /** What came, or went. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Wait for the other side. Rejects with `Ended` when it has been too slow, or at the signal. */
  async waitFor<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
    for (;;) {
      const started = performance.now();
      const settled = await settledWithin(work, this.#terms.within - this.#waited, signal);
      this.#waited += performance.now() - started;
      if (settled !== undefined) return settled.value;
      if (this.#bytes < this.#terms.bytes) throw new Ended('too-slow');
      this.#waited = 0;
      this.#bytes = 0;
    }
  }
}

/** Undefined when the time, in milliseconds, is over first. */
async function settledWithin<Result>(
  work: Promise<Result>,
  time: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly value: Result } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const ended = new Promise<undefined>((resolve, reject) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, time));
    stop = () => reject(new Ended('taken-over'));
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
