import type { PublishOutcome } from '@sotto/client';
import { isBusy, type Reply } from './reply.ts';

/** What an answer to a call about one's own account means. */
export function publishOutcomeOf(reply: Reply): PublishOutcome {
  if (reply.outcome !== 'answered') return { outcome: 'unreachable' };
  const { status, retryAfter } = reply;
  if (status >= 200 && status < 300) return { outcome: 'published' };
  return isBusy(status) ? { outcome: 'busy', retryAfter } : { outcome: 'rejected', status };
}
