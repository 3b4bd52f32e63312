import { toBase64Url } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { limitKey } from './limit-key.ts';

/** Different accounts that one account may write to by name within an hour; people have written to fewer in a day. */
export const MAX_NEW_RECIPIENTS = 60;
/** Milliseconds from the first of them; then all are forgotten. */
const WINDOW = 60 * 60 * 1000;
/** Accounts whose recipients are counted, some four kilobytes each; beyond, the longest counted is forgotten. */
const MAX_SENDERS = 5_000;

const TOKEN_BYTES = 16;

export type NewRecipientOutcome =
  | { readonly outcome: 'ok' }
  /** Whoever answers for the token may go on; otherwise there is room again in so many milliseconds. */
  | { readonly outcome: 'challenge'; readonly token: string; readonly retryAfter: number };

interface Counted {
  readonly since: number;
  readonly recipients: Set<string>;
  token?: string;
}

/**
 * How many accounts an account writes to by name: who writes to everybody is a machine, and has to answer a challenge
 * (reference: signal-service §2.5, where Signal's own rule is not public). In memory only, and all names are hashes.
 */
export class NewRecipients {
  readonly #senders = new Map<string, Counted>();

  /** Accounts that are counted. */
  get size(): number {
    return this.#senders.size;
  }

  note(sender: string, recipient: string, now: number): NewRecipientOutcome {
    const counted = this.#countedFor(sender, now);
    const key = limitKey(recipient);
    if (counted.recipients.has(key)) return { outcome: 'ok' };
    if (counted.recipients.size < MAX_NEW_RECIPIENTS) {
      counted.recipients.add(key);
      return { outcome: 'ok' };
    }
    counted.token ??= toBase64Url(randomBytes(TOKEN_BYTES));
    return { outcome: 'challenge', token: counted.token, retryAfter: counted.since + WINDOW - now };
  }

  /** Whether this is the token that the account was last challenged with. */
  isChallenge(sender: string, token: string): boolean {
    return this.#senders.get(limitKey(sender))?.token === token;
  }

  /** It has answered: counting begins anew. */
  lift(sender: string): void {
    this.#senders.delete(limitKey(sender));
  }

  /** Forget those whose hour is over. */
  forget(now: number): void {
    for (const [sender, { since }] of this.#senders) {
      if (now - since >= WINDOW) this.#senders.delete(sender);
    }
  }

  #countedFor(sender: string, now: number): Counted {
    const key = limitKey(sender);
    const known = this.#senders.get(key);
    if (known !== undefined && now - known.since < WINDOW) return known;
    const counted = { since: now, recipients: new Set<string>() };
    this.#senders.delete(key);
    this.#senders.set(key, counted);
    const oldest = this.#senders.size > MAX_SENDERS ? this.#senders.keys().next().value : undefined;
    if (oldest !== undefined) this.#senders.delete(oldest);
    return counted;
  }
}
