export interface BucketTerms {
  /** Tokens that may be used at once. */
  readonly size: number;
  /** Milliseconds until one token comes back. */
  readonly refill: number;
  /** Keys remembered; beyond, the longest untouched one is forgotten, which by then has most likely filled up. */
  readonly keys: number;
}

export type TakeOutcome =
  | { readonly outcome: 'ok' }
  /** There will be a token in so many milliseconds. */
  | { readonly outcome: 'empty'; readonly retryAfter: number };

interface Bucket {
  tokens: number;
  at: number;
}

/** Rate limits by key, in memory only: what is limited leaves no trace at rest. */
export class TokenBuckets {
  readonly #terms: BucketTerms;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(terms: BucketTerms) {
    this.#terms = terms;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Use one token. `now` in milliseconds; a clock that goes back gives nothing and takes nothing. */
  take(key: string, now: number): TakeOutcome {
    const { size, refill, keys } = this.#terms;
    const before = this.#buckets.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, before.tokens + Math.max(0, now - before.at) / refill);
    const taken = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > keys) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    return taken ? { outcome: 'ok' } : { outcome: 'empty', retryAfter: Math.ceil((1 - tokens) * refill) };
  }

  /** Fill it again, for somebody who has shown that the limit is not for them. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }

  /** Forget the keys whose buckets are full again, which says no more than that they asked. */
  forgetFull(now: number): void {
    const { size, refill } = this.#terms;
    for (const [key, { at }] of this.#buckets) {
      if (now - at < size * refill) break;
      this.#buckets.delete(key);
    }
  }
}
