import type { Busy } from './blob-store.ts';

/** Which keys are being written to, in this process. */
export class KeyLocks {
  readonly #held = new Set<string>();

  /** Run `work` while nobody else holds the key; `busy` at once when somebody does. */
  async hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | Busy> {
    if (this.#held.has(key)) return { outcome: 'busy' };
    this.#held.add(key);
    try {
      return await work();
    } finally {
      this.#held.delete(key);
    }
  }
}
