import { type Bytes, toHex } from '@sotto/bytes';
import type { StoredAccount } from './accounts.ts';

/** So many accounts stay in memory as they were last read: some kilobyte each. */
const MAX_KNOWN = 10_000;

interface Known {
  readonly account: StoredAccount;
  /** Kept as it is given out: whoever asks for what is known waits for nothing that has to be made first. */
  readonly promised: Promise<StoredAccount>;
}

/**
 * Accounts as they were last committed, for a process that is the only one that writes: what it forgets at each change is
 * never old. Reading is done at once, so that no change can come between what was read and its being remembered.
 */
export class KnownAccounts {
  readonly #known = new Map<string, Known>();
  readonly #read: (aci: Bytes) => StoredAccount | undefined;

  constructor(read: (aci: Bytes) => StoredAccount | undefined) {
    this.#read = read;
  }

  /** From memory, or from the rows. */
  now(aci: Bytes): StoredAccount | undefined {
    const key = toHex(aci);
    const known = this.#known.get(key);
    if (known !== undefined) return known.account;
    const account = this.#read(aci);
    if (account !== undefined) this.#remember(key, { account, promised: Promise.resolve(account) });
    return account;
  }

  /** The same for those who wait. */
  find(aci: Bytes): Promise<StoredAccount | undefined> {
    return this.#known.get(toHex(aci))?.promised ?? this.#findAnew(aci);
  }

  /** Whatever is written of an account is read anew. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  async #findAnew(aci: Bytes): Promise<StoredAccount | undefined> {
    return this.now(aci);
  }

  #remember(key: string, known: Known): void {
    const oldest = this.#known.size < MAX_KNOWN ? undefined : this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, known);
  }
}
