/**
 * The page decides when to lock, because it sees the person; this stands behind it, for pages that are
 * gone or asleep, and gives them this much longer.
 */
const GRACE_MS = 60_000;

/** Whether pages show anything. The store stays open behind it, so that collecting goes on. */
export class ScreenLock {
  readonly #now: () => number;
  #locked = false;
  #touchedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#touchedAt = now();
  }

  get locked(): boolean {
    return this.#locked;
  }

  touch(): void {
    this.#touchedAt = this.#now();
  }

  lock(): void {
    this.#locked = true;
  }

  unlock(): void {
    this.#locked = false;
    this.touch();
  }

  /** Whether nobody has been there for so many minutes; never with 0. */
  isOverdue(minutes: number): boolean {
    return minutes > 0 && this.#now() - this.#touchedAt > minutes * 60_000 + GRACE_MS;
  }
}
