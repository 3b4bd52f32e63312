import type { PublishOutcome } from '@sotto/client';
import { PATH } from '@sotto/protocol';
import type { MailLine } from './mail-line.ts';
import { publishOutcomeOf } from './publish-outcome.ts';

/**
 * Delete the account from the relay. The relay hangs up on a deleted account's devices (4401), and
 * that may come before the answer: it says the same, unless this device had been turned away already.
 */
export async function leave(mail: MailLine): Promise<PublishOutcome> {
  const before = mail.stopped;
  const reply = await mail.ask({ verb: 'DELETE', path: PATH.deleteAccount });
  const hungUp = before === undefined && mail.stopped === 'credentials-revoked';
  if (reply.outcome === 'unanswered' && hungUp) return { outcome: 'published' };
  return publishOutcomeOf(reply);
}
