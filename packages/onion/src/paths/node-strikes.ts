import { ASIDE_AFTER_STRIKES, ASIDE_WHEN_NOT_FOUND, STRIKES } from './limits.ts';

/** Which nodes have failed lately, by Ed25519 key in hex. They are left out of paths while there are others. */
export class NodeStrikes {
  readonly #now: () => number;
  readonly #strikes = new Map<string, number>();
  readonly #asideUntil = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  strike(key: string): void {
    const strikes = (this.#strikes.get(key) ?? 0) + 1;
    if (strikes < STRIKES) {
      this.#strikes.set(key, strikes);
      return;
    }
    this.#strikes.delete(key);
    this.#asideUntil.set(key, this.#now() + ASIDE_AFTER_STRIKES);
  }

  notFound(key: string): void {
    this.#strikes.delete(key);
    this.#asideUntil.set(key, this.#now() + ASIDE_WHEN_NOT_FOUND);
  }

  clear(key: string): void {
    this.#strikes.delete(key);
    this.#asideUntil.delete(key);
  }

  isAside(key: string): boolean {
    const until = this.#asideUntil.get(key);
    if (until === undefined) return false;
    if (until > this.#now()) return true;
    this.#asideUntil.delete(key);
    return false;
  }

  /** Forget all but these, so that the maps never outgrow the list. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const map of [this.#strikes, this.#asideUntil]) {
      for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
    }
  }
}
