export interface BudgetLimits {
  readonly total: number;
  /** All that are not trusted, together. */
  readonly ofStrangers: number;
  /** One of them. */
  readonly ofOne: number;
}

/** Bytes that all requests together may hold in memory. */
export class ByteBudget {
  readonly #limits: BudgetLimits;
  readonly #byOwner = new Map<string, number>();
  #strangers = 0;
  #taken = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** One request's share of it. `owner` is who made the request, `undefined` for whoever is trusted. */
  open(owner: string | undefined): ByteShare {
    let own = 0;
    let released = false;
    return {
      take: (bytes) => {
        if (released || !this.#fits(owner, bytes)) return false;
        this.#add(owner, bytes);
        own += bytes;
        return true;
      },
      release: () => {
        if (!released) this.#add(owner, -own);
        released = true;
      },
    };
  }

  #fits(owner: string | undefined, bytes: number): boolean {
    const { total, ofStrangers, ofOne } = this.#limits;
    if (this.#taken + bytes > total) return false;
    if (owner === undefined) return true;
    return this.#strangers + bytes <= ofStrangers && (this.#byOwner.get(owner) ?? 0) + bytes <= ofOne;
  }

  #add(owner: string | undefined, bytes: number): void {
    this.#taken += bytes;
    if (owner === undefined) return;
    this.#strangers += bytes;
    const left = (this.#byOwner.get(owner) ?? 0) + bytes;
    if (left > 0) this.#byOwner.set(owner, left);
    else this.#byOwner.delete(owner);
  }
}

export interface ByteShare {
  /** False, and nothing taken, when there is no room. */
  take(bytes: number): boolean;
  /** Give all of it back; nothing is taken afterwards. */
  release(): void;
}
