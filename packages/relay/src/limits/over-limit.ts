import type { Limits, RelayContext } from '../context.ts';
import { type Reply, retryReply } from '../http/call.ts';

type Asker = Pick<RelayContext, 'limits' | 'events' | 'now'>;

/** A refusal when `key` has used up what a limit gives it; else that much less is left, and undefined. */
export function overLimit(
  { limits, events, now }: Asker,
  limit: keyof Limits,
  key: string,
): Reply | undefined {
  const permit = limits[limit].take(key, now());
  if (permit.outcome === 'ok') return undefined;
  events.count('rate-limited');
  return retryReply(permit.retryAfter);
}
