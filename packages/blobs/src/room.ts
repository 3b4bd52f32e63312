/** How much of a store is taken: finished blobs, and what is set aside for uploads. Bytes. */
export class Room {
  readonly #cap: number;
  #bytes = 0;
  #blobs = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** False, and nothing taken, when that would pass the cap. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#cap) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** One blob more, or one less. Its bytes are counted by themselves. */
  countBlobs(difference: number): void {
    this.#blobs += difference;
  }

  /** What was found at a look through the whole store: counts even beyond the cap. */
  set(use: { readonly blobs: number; readonly bytes: number }): void {
    this.#blobs = use.blobs;
    this.#bytes = use.bytes;
  }

  get use(): { readonly blobs: number; readonly bytes: number } {
    return { blobs: this.#blobs, bytes: this.#bytes };
  }
}
