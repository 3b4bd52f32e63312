export interface BucketTerms {
  /** Requests at once. */
  readonly size: number;
  /** Requests that come back each second. */
  readonly perSecond: number;
  /** Keys remembered; beyond, the longest untouched one is forgotten, which by then has most likely filled up. */
  readonly clients: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Rate limits by key, in memory only: who asked leaves no trace at rest. */
export class TokenBuckets {
  readonly #terms: BucketTerms;
  readonly #buckets = new Map<string, Bucket>();

  constructor(terms: BucketTerms) {
    this.#terms = terms;
  }

  /** Use one token; false when there is none. `now` in milliseconds. */
  take(key: string, now: number): boolean {
    const { size, perSecond, clients } = this.#terms;
    const before = this.#buckets.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, before.tokens + (Math.max(0, now - before.at) / 1000) * perSecond);
    const taken = tokens >= 1;
    // Moved to the end: the order of the map is the order of use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > clients) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    return taken;
  }

  /** Forget the keys whose buckets are full again, which says no more than that they asked. Returns how many. */
  forgetFull(now: number): number {
    const { size, perSecond } = this.#terms;
    const fullAfter = (size / perSecond) * 1000;
    let forgotten = 0;
    for (const [key, { at }] of this.#buckets) {
      if (now - at < fullAfter) break;
      this.#buckets.delete(key);
      forgotten += 1;
    }
    return forgotten;
  }
}
