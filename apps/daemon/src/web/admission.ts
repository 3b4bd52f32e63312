import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toBase64Url, utf8 } from '@sotto/bytes';
import { hmacSha256 } from '@sotto/crypto';
import type { Admitted, Hello } from '@sotto/local-api';

const TOKEN_BYTES = 32;
/** Tabs that are remembered. A person has a few; the one that was away longest is forgotten. */
const MAX_SESSIONS = 256;
/** So many wrong first lines in a minute are somebody who tries, and from there on each answer takes longer. */
const FREE_FAILURES = 20;
const WINDOW_MS = 60_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Who is let in: pages that show the secret of this process, and pages that were let in before. Held in
 * memory only; both are worth nothing after the process has ended, and neither is ever written anywhere.
 */
export class Admission {
  /** For the fragment of the URL, which no browser sends anywhere. */
  readonly secret = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #secretHash = hashOf(this.secret);
  readonly #proofKey = randomBytes(TOKEN_BYTES);
  /** Hashes of sessions, the one unused for longest first. */
  readonly #sessions = new Set<string>();
  #failures: number[] = [];

  /** The session of a page that is let in, a new one for the secret; undefined for everybody else. */
  admit(shown: Hello | undefined): Admitted | undefined {
    if (shown === undefined) return undefined;
    if ('session' in shown) return this.#resume(shown.session);
    // Hashes have one length and say nothing of how much of a guess was right.
    if (!timingSafeEqual(hashOf(shown.secret), this.#secretHash)) return undefined;
    const session = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#remember(keyOf(session));
    return this.#admitted(session);
  }

  /** Note a wrong first line. Returns how long its answer should take, in milliseconds. */
  fail(now: number): number {
    this.#failures = [...this.#failures.filter((time) => now - time < WINDOW_MS), now].slice(-1000);
    const beyond = this.#failures.length - FREE_FAILURES;
    return beyond <= 0 ? 0 : Math.min(LONGEST_WAIT_MS, beyond * 500);
  }

  /** Nothing is remembered for the proof: only who has the key can make it from the session. */
  #admitted(session: string): Admitted {
    return { session, proof: toBase64Url(hmacSha256(this.#proofKey, utf8(session))) };
  }

  #resume(session: string): Admitted | undefined {
    const key = keyOf(session);
    if (!this.#sessions.delete(key)) return undefined;
    this.#remember(key);
    return this.#admitted(session);
  }

  #remember(key: string): void {
    this.#sessions.add(key);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function keyOf(session: string): string {
  return hashOf(session).toString('base64url');
}
