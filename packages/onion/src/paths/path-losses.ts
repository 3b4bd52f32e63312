import { LOSS_FORGOTTEN_AFTER } from './limits.ts';

interface Losses {
  count: number;
  /** Milliseconds; one of them is forgotten after each period from then on. */
  since: number;
}

/** How many paths behind each guard came to nothing lately, by Ed25519 key in hex. */
export class PathLosses {
  readonly #now: () => number;
  readonly #losses = new Map<string, Losses>();

  constructor(now: () => number) {
    this.#now = now;
  }

  add(guard: string, more = 1): void {
    const count = this.of(guard);
    const since = (count > 0 && this.#losses.get(guard)?.since) || this.#now();
    this.#losses.set(guard, { count: count + more, since });
  }

  of(guard: string): number {
    const losses = this.#losses.get(guard);
    if (losses === undefined) return 0;
    const forgotten = Math.max(0, Math.floor((this.#now() - losses.since) / LOSS_FORGOTTEN_AFTER));
    losses.count = Math.max(0, losses.count - forgotten);
    losses.since += forgotten * LOSS_FORGOTTEN_AFTER;
    return losses.count;
  }

  /** Forget all but these. */
  keepOnly(guards: ReadonlySet<string>): void {
    for (const guard of this.#losses.keys()) if (!guards.has(guard)) this.#losses.delete(guard);
  }
}
