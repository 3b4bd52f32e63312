export interface BudgetLimits {
  readonly total: number;
  /** All that are not trusted, together. */
  readonly ofStrangers: number;
  /** One of them. */
  readonly ofOne: number;
  /** One of those that are trusted; as much as all, without. */
  readonly ofTrusted?: number;
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
    return this.#open({ name: owner, isTrusted: owner === undefined });
  }

  /** The same for one of several who are trusted, and of whom none may have it all. */
  openTrusted(name: string): ByteShare {
    return this.#open({ name, isTrusted: true });
  }

  #open(owner: Owner): ByteShare {
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

  #fits({ name, isTrusted }: Owner, bytes: number): boolean {
    const { total, ofStrangers, ofOne, ofTrusted = total } = this.#limits;
    if (this.#taken + bytes > total) return false;
    if (!isTrusted && this.#strangers + bytes > ofStrangers) return false;
    return name === undefined || (this.#byOwner.get(name) ?? 0) + bytes <= (isTrusted ? ofTrusted : ofOne);
  }

  #add({ name, isTrusted }: Owner, bytes: number): void {
    this.#taken += bytes;
    if (!isTrusted) this.#strangers += bytes;
    if (name === undefined) return;
    const left = (this.#byOwner.get(name) ?? 0) + bytes;
    if (left > 0) this.#byOwner.set(name, left);
    else this.#byOwner.delete(name);
  }
}

interface Owner {
  readonly name: string | undefined;
  readonly isTrusted: boolean;
}

export interface ByteShare {
  /** False, and nothing taken, when there is no room. */
  take(bytes: number): boolean;
  /** Give all of it back; nothing is taken afterwards. */
  release(): void;
}
