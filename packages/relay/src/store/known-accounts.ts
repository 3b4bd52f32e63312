import { type Bytes, toHex } from '@sotto/bytes';
import type { StoredAccount } from './accounts.ts';

/** So many accounts stay in memory as they were last read: some kilobyte each. */
const MAX_KNOWN = 10_000;

/**
 * Accounts as they were last committed. Where this process is the only one that writes, what it forgets at each
 * change is never old.
 */
export class KnownAccounts {
  readonly #known = new Map<string, StoredAccount>();
  /** Raised at each change: what was read before it may be what it replaced. */
  #changes = 0;

  /** From memory, or as `read` has it. */
  async find(aci: Bytes, read: () => Promise<StoredAccount | undefined>): Promise<StoredAccount | undefined> {
    const key = toHex(aci);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const before = this.#changes;
    const found = await read();
    if (found !== undefined && before === this.#changes) this.#remember(key, found);
    return found;
  }

  /** Whatever is written of an account is read anew. */
  forget(key: string): void {
    this.#changes++;
    this.#known.delete(key);
  }

  #remember(key: string, account: StoredAccount): void {
    const oldest = this.#known.size < MAX_KNOWN ? undefined : this.#known.keys().next().value;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, account);
  }
}
