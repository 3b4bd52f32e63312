import type { Clock } from '@sotto/client';
import { GRACE } from './limits.ts';

/**
 * What these jobs find, without those that find nothing: all of it, or, once there is enough, as much as
 * comes within the grace. Jobs do not reject.
 */
export async function gather<Found>(
  clock: Clock,
  jobs: readonly Promise<Found | undefined>[],
  isEnough: (found: readonly Found[]) => boolean,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  await new Promise<void>((resolve) => {
    let running = jobs.length;
    let cancel: (() => void) | undefined;
    if (running === 0) resolve();
    for (const job of jobs) {
      void job.then((result) => {
        running--;
        if (result !== undefined) found.push(result);
        if (running === 0) {
          cancel?.();
          resolve();
        } else if (isEnough(found)) cancel ??= clock.after(GRACE, resolve);
      });
    }
  });
  // A copy: who comes late must not change what has been counted.
  return [...found];
}
