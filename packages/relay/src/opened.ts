/** What was opened and has to be closed: the last first. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  closeWith(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Once; what is added while it closes is closed too. */
  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}
