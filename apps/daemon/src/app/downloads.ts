import { randomBytes } from 'node:crypto';
import { LocalApiError } from '@sotto/local-api';

/** A file on its way to the browser's disk. */
export interface Download {
  /** Clean: never a path. */
  readonly name: string | undefined;
  /** Bytes that `content` gives, unless it ends with an error. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const DOWNLOADS_START = '/download/';
/** A browser follows a link at once. */
const GOOD_MS = 60_000;
/** Files that a page may have saved at a time. */
const MOST = 64;

/**
 * Links that a page was given, each good for one file, once, and for a minute: a browser has no other way to stream to
 * a disk, and shows the address in its history, where it is worth nothing any more. In memory only.
 */
export class Downloads {
  readonly #links = new Map<string, { readonly id: string; readonly until: number }>();
  readonly #now: () => number;

  /** @param now milliseconds, never going back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws LocalApiError `busy`. */
  give(id: string): string {
    const now = this.#now();
    for (const [path, { until }] of this.#links) if (until <= now) this.#links.delete(path);
    if (this.#links.size >= MOST) throw new LocalApiError('busy', 'too many files are saved at once');
    const path = `${DOWNLOADS_START}${randomBytes(32).toString('base64url')}`;
    this.#links.set(path, { id, until: now + GOOD_MS });
    return path;
  }

  take(path: string): string | undefined {
    const link = this.#links.get(path);
    this.#links.delete(path);
    return link !== undefined && link.until > this.#now() ? link.id : undefined;
  }

  /** None of them is good any more. */
  forget(): void {
    this.#links.clear();
  }
}
