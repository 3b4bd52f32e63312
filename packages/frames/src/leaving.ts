/**
 * Whether somebody still waits for an answer, and who wants to hear when not. An AbortSignal is one; to make one and
 * listen to it costs a hop as much as it takes to decrypt a layer, and nearly always for nothing.
 */
export interface Leaving {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Somebody who may leave. Listeners hear of it once. */
export class LeaveSignal implements Leaving {
  #listeners: Set<() => void> | undefined;
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  abort(): void {
    this.#aborted = true;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}

/** For whatever takes nothing else. */
export function abortSignalOf(leaving: Leaving): AbortSignal {
  if (leaving instanceof AbortSignal) return leaving;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (leaving.aborted) abort();
  else leaving.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
