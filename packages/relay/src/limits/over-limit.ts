import type { TakeOutcome } from '@sotto/limits';
import type { RelayContext } from '../context.ts';
import { type Reply, retryReply } from '../http/call.ts';

/** The refusal of a call beyond a limit; otherwise it is counted, and undefined. */
export function overLimit(
  context: RelayContext,
  buckets: { take(key: string, now: number): TakeOutcome },
  key: string,
): Reply | undefined {
  const permit = buckets.take(key, context.now());
  if (permit.outcome === 'ok') return undefined;
  context.events.count('rate-limited');
  return retryReply(permit.retryAfter);
}
