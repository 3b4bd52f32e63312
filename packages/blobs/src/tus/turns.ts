interface Turn {
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

/** Requests that change uploads: one at a time for each key. In memory only, as connections are. */
export class Turns {
  readonly #taken = new Map<string, Turn>();

  /** Do `work` unless somebody else has the turn: then undefined. The signal says that it is to end. */
  async take<Result>(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    if (this.#taken.has(key)) return undefined;
    const stop = new AbortController();
    const done = work(stop.signal);
    this.#taken.set(key, { stop, done });
    try {
      return await done;
    } finally {
      this.#taken.delete(key);
    }
  }

  /**
   * End what is under way, and wait until what came of it is on disk: who asks where an upload stands goes on with it, and
   * often the old connection is dead without anybody having said so.
   */
  async end(key: string): Promise<void> {
    const turn = this.#taken.get(key);
    turn?.stop.abort();
    await turn?.done.catch(() => undefined);
  }
}
