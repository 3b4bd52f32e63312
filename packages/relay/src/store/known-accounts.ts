import { type Bytes, toHex } from '@sotto/bytes';
import type { StoredAccount } from './accounts.ts';

/** So many accounts stay in memory as they were last read: some kilobyte each. */
const MAX_KNOWN = 10_000;

interface Known {
  /** Kept as it is given out: whoever asks for what is known waits for nothing that has to be made first. */
  readonly account: Promise<StoredAccount>;
  /** As `performance.now` counts. */
  readonly until: number;
}

/**
 * Accounts as they were last committed. Where this process is the only one that writes, what it forgets at each
 * change is never old. Where others write too, they say so, and since that may get lost nothing is known for long.
 */
export class KnownAccounts {
  readonly #known = new Map<string, Known>();
  readonly #goodFor: number;
  /** Raised at each change: what was read before it may be what it replaced. */
  #changes = 0;

  /** @param goodFor Milliseconds for which an account counts as known. */
  constructor(goodFor = Number.POSITIVE_INFINITY) {
    this.#goodFor = goodFor;
  }

  /** From memory, or as `read` has it. */
  find(aci: Bytes, read: () => Promise<StoredAccount | undefined>): Promise<StoredAccount | undefined> {
    const key = toHex(aci);
    const known = this.#known.get(key);
    if (known !== undefined && performance.now() < known.until) return known.account;
    return this.#read(key, read);
  }

  async #read(
    key: string,
    read: () => Promise<StoredAccount | undefined>,
  ): Promise<StoredAccount | undefined> {
    const before = this.#changes;
    const until = performance.now() + this.#goodFor;
    const account = await read();
    if (account !== undefined && before === this.#changes) {
      this.#remember(key, { account: Promise.resolve(account), until });
    }
    return account;
  }

  /** Whatever is written of an account is read anew. */
  forget(key: string): void {
    this.#changes++;
    this.#known.delete(key);
  }

  #remember(key: string, known: Known): void {
    const oldest = this.#known.size < MAX_KNOWN ? undefined : this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, known);
  }
}
