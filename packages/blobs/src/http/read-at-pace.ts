import type { Readable } from 'node:stream';
import { Pace, type PaceTerms } from './pace.ts';

/** A body as it comes: one chunk at a time, so that a slow store slows the connection down and not memory. */
export async function* readAtPace(
  body: Readable,
  terms: PaceTerms,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pace = new Pace(terms);
  const chunks = body.iterator({ destroyOnReturn: false });
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = (await pace.waitFor(chunks.next(), signal)) as IteratorResult<Uint8Array>;
      isWaiting = false;
      if (next.done === true) return;
      pace.count(next.value.length);
      yield next.value;
    }
  } finally {
    // So that others can read the rest. While a chunk is awaited that would wait for it, too.
    if (!isWaiting) await chunks.return?.();
  }
}
