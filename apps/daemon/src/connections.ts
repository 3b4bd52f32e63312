import { type Channel, type Handlers, type LocalEvent, type Served, serveLocalApi } from '@sotto/local-api';
import type { Log } from './log.ts';

/** Screens at once. A user has a few; more is a loop gone wrong. */
const MOST = 64;

/** A screen that waits for events gets this long to leave by itself once the owner is going. */
const LEAVE_MS = 2_000;

/** How often it is looked whether somebody has stopped waiting for an answer. */
const LOOK_MS = 100;

/** What an owner says of itself to whoever attaches. */
export interface OwnerFacts {
  /** It owns the profile until told to end, and not only for the length of a command. */
  readonly daemon: boolean;
  /** Fingerprint of the proxy that it dials through. */
  readonly proxy?: string;
}

/** The screens that an owner serves. */
export class Connections {
  readonly #handlers: Handlers;
  readonly #log: Log;
  readonly #about: OwnerFacts;
  readonly #most: number;
  readonly #served = new Set<Served>();
  #onLeave: () => void = () => undefined;

  constructor(handlers: Handlers, log: Log, about: OwnerFacts, most = MOST) {
    this.#most = most;
    this.#about = about;
    this.#handlers = handlers;
    this.#log = log;
  }

  add(channel: Channel): void {
    if (this.#served.size >= this.#most) {
      channel.listen({ line: () => undefined, closed: () => undefined });
      channel.close();
      return;
    }
    const served = serveLocalApi(channel, this.#handlers, (error) => {
      this.#log('command-failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
    this.#served.add(served);
    void served.ended.then(() => {
      this.#served.delete(served);
      this.#onLeave();
    });
    served.emit({ event: 'welcome', pid: process.pid, ...this.#about });
  }

  /** Tell all screens, whether they have subscribed or not. */
  emit(event: LocalEvent): void {
    for (const served of this.#served) served.emit(event);
  }

  /** Ask everybody to leave and wait: as long as it takes for open requests, briefly for listeners. */
  async finish(now: AbortSignal, leaveMs = LEAVE_MS): Promise<void> {
    for (const served of this.#served) served.emit({ event: 'closing' });
    const idleSince = new Map<Served, number>();
    while (this.#served.size > 0 && !now.aborted) {
      const time = performance.now();
      for (const served of this.#served) {
        if (served.open() > 0) idleSince.delete(served);
        else if (!idleSince.has(served)) idleSince.set(served, time);
        else if (time - (idleSince.get(served) ?? time) > leaveMs) void served.close();
      }
      await this.#someEnd(now);
    }
    await Promise.all([...this.#served].map((served) => served.close()));
  }

  /** Resolves when a screen leaves, at the abort, or after a moment. */
  #someEnd(now: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        now.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      now.addEventListener('abort', done, { once: true });
      this.#onLeave = done;
    });
  }
}
