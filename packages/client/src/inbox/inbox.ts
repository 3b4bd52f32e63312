import type { Core } from '../core/core.ts';
import { createLimit } from '../core/limit.ts';
import type { Collect } from '../core/roads.ts';
import { NotYet, openEnvelope } from './open-envelope.ts';

/** Takes envelopes from the roads. */
export interface Inbox extends Collect {
  /** Envelopes that are being opened. */
  readonly opening: number;
  /** Resolves when none is. */
  idle(): Promise<void>;
}

/** Opened at once; the ratchet takes them one by one, so more would only hold memory. */
const MAX_OPENING = 8;

export function createInbox(core: Core, onIdle: () => void): Inbox {
  const limit = createLimit(MAX_OPENING);
  const waiting = new Set<() => void>();
  let opening = 0;
  return {
    get opening() {
      return opening;
    },
    async envelope(road, envelope) {
      opening++;
      try {
        await limit(() => openEnvelope(core, road, envelope));
      } catch (error) {
        // Not acknowledged: the road brings it again.
        if (!(error instanceof NotYet)) core.log('open-failed', { name: nameOf(error) });
        throw error;
      } finally {
        opening--;
        if (opening === 0) {
          onIdle();
          for (const resolve of waiting) resolve();
          waiting.clear();
        }
      }
    },
    idle: () =>
      new Promise((resolve) => {
        if (opening === 0) resolve();
        else waiting.add(resolve);
      }),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
