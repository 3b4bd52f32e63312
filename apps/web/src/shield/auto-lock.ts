/** How often a person's presence is told to others at most. */
export const TELL_MS = 20_000;

interface Deps {
  /** Minutes without a sign after which to lock; 0: never. */
  readonly minutes: number;
  readonly lock: () => void;
  /** Tell the program and the other tabs that somebody is there. */
  readonly tell: () => void;
  readonly now: () => number;
  readonly after: (ms: number, act: () => void) => () => void;
}

/** Locks once when nobody has shown a sign for long enough, in this tab or another one. */
export class AutoLock {
  readonly #deps: Deps;
  #signAt: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#signAt = deps.now();
    this.#wait();
  }

  /** A key, a press or a movement in this tab. */
  sign(): void {
    const now = this.#deps.now();
    // A machine that slept runs its timers late: whoever wakes it is asked first.
    if (this.#due() <= now) {
      this.#check();
      return;
    }
    this.#signAt = now;
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#deps.tell();
  }

  /** Somebody is in another tab. */
  heard(): void {
    this.#signAt = this.#deps.now();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #due(): number {
    const { minutes } = this.#deps;
    return minutes === 0 ? Number.POSITIVE_INFINITY : this.#signAt + minutes * 60_000;
  }

  #wait(): void {
    this.stop();
    const due = this.#due();
    if (due === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#deps.after(Math.max(0, due - this.#deps.now()), () => this.#check());
  }

  /** Signs only move the moment; the timer finds it when it gets there. */
  #check(): void {
    const due = this.#due() <= this.#deps.now();
    if (due) this.#signAt = this.#deps.now();
    this.#wait();
    if (due) this.#deps.lock();
  }
}
