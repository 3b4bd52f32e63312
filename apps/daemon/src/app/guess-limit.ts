import { LocalApiError } from '@sotto/local-api';

/** A person mistypes a few times; after that each wrong one makes the wait longer. */
const FREE = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** Counts wrong passphrases of this process. Whoever has the key file is not slowed by it, only by what each guess costs. */
export class GuessLimit {
  readonly #now: () => number;
  #wrong = 0;
  #closedUntil = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws LocalApiError `busy` while nothing may be tried. */
  check(): void {
    const left = this.#closedUntil - this.#now();
    if (left <= 0) return;
    const seconds = Math.ceil(left / 1000);
    throw new LocalApiError('busy', 'too many wrong passphrases', `try again in ${seconds} s`);
  }

  wrong(): void {
    this.#wrong += 1;
    if (this.#wrong < FREE) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#wrong - FREE));
    this.#closedUntil = this.#now() + wait;
  }

  right(): void {
    this.#wrong = 0;
    this.#closedUntil = 0;
  }
}
