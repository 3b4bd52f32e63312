/** Bytes that all requests together may hold in memory. */
export class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** One request's share of it. */
  open(): ByteShare {
    let own = 0;
    return {
      take: (bytes) => {
        if (this.#taken + bytes > this.#limit) return false;
        this.#taken += bytes;
        own += bytes;
        return true;
      },
      release: () => {
        this.#taken -= own;
        own = 0;
      },
    };
  }
}

export interface ByteShare {
  /** False, and nothing taken, when there is no room. */
  take(bytes: number): boolean;
  /** Give all of it back. */
  release(): void;
}
