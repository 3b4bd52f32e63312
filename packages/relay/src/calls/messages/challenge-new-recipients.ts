import { formatRateLimitChallenge, HEADER, type Headers, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { jsonReply, type Reply, retryReply } from '../../http/call.ts';

/**
 * 428 for an account that writes by name to too many others, until it has answered or waited. Work is offered to clients
 * that say they can do it: Signal's stack takes no challenge with an option that it does not know, and with none it waits.
 */
export function challengeNewRecipients(
  { newRecipients, events, now }: RelayContext,
  headers: Headers,
  { sender, recipient }: { readonly sender: string; readonly recipient: string },
): Reply | undefined {
  const noted = newRecipients.note(sender, recipient, now());
  if (noted.outcome === 'ok') return undefined;
  events.count('challenged');
  const options = headers.get(HEADER.challenge) === 'work' ? (['sottoWork'] as const) : [];
  const challenge = jsonReply(formatRateLimitChallenge({ token: noted.token, options }), STATUS.challenge);
  return { ...challenge, headers: new Map([...retryReply(noted.retryAfter).headers, ...challenge.headers]) };
}
