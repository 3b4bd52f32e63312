import { observe } from '@sotto/bytes';
import { FINISH_WITHIN } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Carried } from './carried.ts';
import { finishEntry } from './finish-entry.ts';

type Taken = Extract<Carried, { outcome: 'stored' }>;

/** Entries of one chat that a road has taken, until that is written down. */
export interface Finisher {
  /** Those that are not written down yet. */
  readonly size: number;
  /** It is written down with the next ones, or alone a moment later. */
  add(id: string, taken: Taken): void;
  /** Write all of them down now. When it rejects, those that are not stay; they need not be carried again. */
  finish(): Promise<void>;
}

/**
 * While more of a chat waits, what a road has taken of it is finished together: a crash before that sends it
 * once more, which the other side knows, and loses nothing.
 */
export function createFinisher(core: Core, onFinished: (id: string) => void): Finisher {
  const taken = new Map<string, Taken>();
  let cancel: (() => void) | undefined;
  let finishing: Promise<void> | undefined;

  /** Also those that are added while it is under way. */
  async function finishAll(): Promise<void> {
    while (taken.size > 0) {
      cancel?.();
      cancel = undefined;
      const ends = await Promise.allSettled(
        [...taken].map(async ([id, carried]) => {
          await finishEntry(core, id, carried);
          observe('outbox', 'after');
          taken.delete(id);
          onFinished(id);
        }),
      );
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
  }

  function finish(): Promise<void> {
    finishing ??= finishAll().finally(() => {
      finishing = undefined;
    });
    return finishing;
  }

  return {
    get size() {
      return taken.size;
    },
    add(id, carried) {
      taken.set(id, carried);
      // What fails here is tried again before the lane rests.
      cancel ??= core.clock.after(FINISH_WITHIN, () => void finish().catch(() => undefined));
    },
    finish,
  };
}
