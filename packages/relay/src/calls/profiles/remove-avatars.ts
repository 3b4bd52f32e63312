import type { RelayContext } from '../../context.ts';

/**
 * Remove pictures that no profile names any more, after that is committed. One that cannot be removed stays where nobody
 * finds it: the call has done what it was to do.
 */
export async function removeAvatars(
  { avatars, events }: Pick<RelayContext, 'avatars' | 'events'>,
  keys: readonly string[],
): Promise<void> {
  if (avatars === undefined) return;
  const removed = await Promise.allSettled(keys.map((key) => avatars.remove(key)));
  for (const one of removed) if (one.status === 'rejected') events.failed(one.reason);
}
