import type { Bytes } from '@sotto/bytes';

/** Called with the sync ID of whatever comes or goes, inside the transaction; 16 bytes. */
export type ChangeListener = (syncId: Bytes) => void;

/** Who wants to know that what members compare has changed. */
export class Changes {
  readonly #listeners = new Set<ChangeListener>();

  /** Returns how to stop it. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(syncId: Bytes): void {
    for (const listener of this.#listeners) listener(syncId);
  }
}
