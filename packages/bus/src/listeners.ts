import type { Bytes } from '@sotto/bytes';
import type { BellListener } from './bus.ts';
import { MAX_BELL_BYTES, MAX_SUBJECT_LENGTH } from './constants.ts';
import { BusError } from './errors.ts';

/** Throws BusError `refused`. */
export function checkSubject(subject: string): void {
  if (subject.length > MAX_SUBJECT_LENGTH || !/^[0-9a-f]+$/.test(subject)) {
    throw new BusError('refused', 'a subject is made of hex digits');
  }
}

/** Throws BusError `refused`. */
export function checkPayload(payload: Bytes): void {
  if (payload.length > MAX_BELL_BYTES) {
    throw new BusError('refused', `a bell carries at most ${MAX_BELL_BYTES} bytes`);
  }
}

/** Who listens to what in this process. */
export class Listeners {
  readonly #bySubject = new Map<string, Set<{ readonly hear: BellListener }>>();

  get subjects(): readonly string[] {
    return [...this.#bySubject.keys()];
  }

  has(subject: string): boolean {
    return this.#bySubject.has(subject);
  }

  /** Gives what ends it: true for the last one of its subject. */
  add(subject: string, hear: BellListener): () => boolean {
    // The same function may listen twice.
    const listener = { hear };
    const listeners = this.#bySubject.get(subject) ?? new Set();
    this.#bySubject.set(subject, listeners.add(listener));
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return false;
      this.#bySubject.delete(subject);
      return true;
    };
  }

  /** Not at once: whoever rings is not called back while it still does something else. */
  ring(subject: string, payload: Bytes): void {
    const listeners = this.#bySubject.get(subject);
    for (const listener of listeners ?? []) {
      queueMicrotask(() => {
        if (listeners?.has(listener) === true) listener.hear(payload);
      });
    }
  }

  clear(): void {
    for (const listeners of this.#bySubject.values()) listeners.clear();
    this.#bySubject.clear();
  }
}
