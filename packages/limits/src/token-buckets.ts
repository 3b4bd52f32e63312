export interface BucketTerms {
  /** Tokens that may be used at once. */
  readonly size: number;
  /** Milliseconds until one token comes back; less than one where tokens are bytes. */
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

  /** Use one token, or several. `now` in milliseconds; a clock that goes back gives nothing and takes nothing. */
  take(key: string, now: number, tokens = 1): TakeOutcome {
    return this.takeAll([[key, tokens]], now);
  }

  /** The same of several keys, each named once, or of none when one has too few: it is told when all will have enough. */
  takeAll(wanted: readonly (readonly [key: string, tokens: number])[], now: number): TakeOutcome {
    const left = wanted.map(([key, tokens]) => this.#levelOf(key, now) - tokens);
    const taken = left.every((tokens) => tokens >= 0);
    for (const [index, [key, tokens]] of wanted.entries()) {
      const after = left[index] as number;
      this.#put(key, { tokens: taken ? after : after + tokens, at: now });
    }
    const missing = -Math.min(0, ...left);
    return taken
      ? { outcome: 'ok' }
      : { outcome: 'empty', retryAfter: Math.ceil(missing * this.#terms.refill) };
  }

  /** Put back what was taken for something that then did not happen. */
  giveBack(key: string, now: number, tokens = 1): void {
    this.#put(key, { tokens: Math.min(this.#terms.size, this.#levelOf(key, now) + tokens), at: now });
  }

  /** Fill it again, for somebody who has shown that the limit is not for them. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }

  /** Forget the keys whose buckets are full again, which says no more than that they asked. */
  forgetFull(now: number): void {
    for (const key of this.#buckets.keys()) {
      if (this.#levelOf(key, now) >= this.#terms.size) this.#buckets.delete(key);
    }
  }

  #levelOf(key: string, now: number): number {
    const { size, refill } = this.#terms;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return size;
    return Math.min(size, bucket.tokens + Math.max(0, now - bucket.at) / refill);
  }

  #put(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= this.#terms.keys) return;
    const oldest = this.#buckets.keys().next();
    if (oldest.done !== true) this.#buckets.delete(oldest.value);
  }
}
