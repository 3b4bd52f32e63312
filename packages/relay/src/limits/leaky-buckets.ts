/** More keys than this would be an attack; the longest untouched bucket is forgotten first. */
const MAX_BUCKETS = 20_000;

export interface BucketTerms {
  /** Permits that may be used at once. */
  readonly size: number;
  /** Milliseconds until one permit comes back. */
  readonly refill: number;
}

export type TakeOutcome =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'empty'; readonly retryAfter: number };

interface Bucket {
  permits: number;
  at: number;
}

/** Rate limits by key, in memory only: what is limited leaves no trace at rest. */
export class LeakyBuckets {
  readonly #terms: BucketTerms;
  readonly #buckets = new Map<string, Bucket>();

  constructor(terms: BucketTerms) {
    this.#terms = terms;
  }

  /** Use one permit, or say in how many milliseconds there will be one. */
  take(key: string, now: number): TakeOutcome {
    const { size, refill } = this.#terms;
    const before = this.#buckets.get(key) ?? { permits: size, at: now };
    const permits = Math.min(size, before.permits + Math.max(0, now - before.at) / refill);
    this.#buckets.delete(key);
    const ok = permits >= 1;
    this.#buckets.set(key, { permits: ok ? permits - 1 : permits, at: now });
    if (this.#buckets.size > MAX_BUCKETS) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    return ok ? { outcome: 'ok' } : { outcome: 'empty', retryAfter: Math.ceil((1 - permits) * refill) };
  }
}
