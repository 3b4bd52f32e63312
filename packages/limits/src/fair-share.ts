/** Whom something is counted for: a client's address, or the key of a server that passes on what others ask. */
export interface Source {
  readonly name: string;
  /** Whoever stands for many clients may hold so many times what an address may. */
  readonly weight: number;
}

export function clientAt(address: string): Source {
  return { name: address, weight: 1 };
}

/**
 * Places that all share, in memory only. Each source may hold as many as are free at the time, times its
 * weight: one alone comes to half of all, ten to a tenth or so each, and there is room left for somebody
 * new. So whoever takes much is refused long before the others are. (The rule of shared buffers in
 * switches: Choudhury and Hahne, "Dynamic queue length thresholds", 1998.)
 */
export class FairShare {
  readonly #places: number;
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  get taken(): number {
    return this.#taken;
  }

  take({ name, weight }: Source): boolean {
    const free = this.#places - this.#taken;
    const own = this.#held.get(name) ?? 0;
    if (free <= 0 || own >= weight * free) return false;
    this.#held.set(name, own + 1);
    this.#taken += 1;
    return true;
  }

  /** What gives the place back, however often it is called; undefined when there is none. */
  enter(source: Source): (() => void) | undefined {
    if (!this.take(source)) return undefined;
    let held = true;
    return () => {
      if (held) this.giveBack(source.name);
      held = false;
    };
  }

  /** Places that are taken already, by whom is not known. */
  occupy(places: number): void {
    this.#taken += places;
  }

  /** The same are free again. */
  vacate(places: number): void {
    this.#taken -= places;
  }

  giveBack(name: string, places = 1): void {
    const left = (this.#held.get(name) ?? 0) - places;
    if (left > 0) this.#held.set(name, left);
    else this.#held.delete(name);
    this.#taken -= places;
  }
}
