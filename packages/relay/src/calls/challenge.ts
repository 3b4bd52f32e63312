import { toHex, utf8 } from '@sotto/bytes';
import { parseChallengeAnswer, parseJson, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, type Reply, reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';
import { checkWork, spendWork } from '../limits/spend-work.ts';

/**
 * `PUT /v1/challenge` (reference: signal-service §2.5): proof of work over the token of a 428. 200 when its sender may go
 * on, 428 when token or work do not hold, 400 for ways to answer that were not offered.
 */
export async function answerChallenge(
  context: RelayContext,
  { body, caller }: Call & { caller: Caller },
): Promise<Reply> {
  const answer = parseChallengeAnswer(parseJson(body));
  if (answer.type !== 'sottoWork') return reply(400);
  const sender = toHex(caller.aci);
  const tooMany = overLimit(context, 'challengeAttempt', sender);
  if (tooMany !== undefined) return tooMany;
  if (!context.newRecipients.isChallenge(sender, answer.token)) return reply(STATUS.challenge);
  const terms = { purpose: 'challenge', target: utf8(answer.token) } as const;
  const work = checkWork(context, answer.work, terms);
  if (work === undefined) return reply(STATUS.challenge);
  const tooOften = overLimit(context, 'rateLimitReset', sender);
  if (tooOften !== undefined) return tooOften;
  if (!(await context.store.write(() => spendWork(work)))) return reply(STATUS.challenge);
  context.newRecipients.lift(sender);
  context.events.count('challenge-answered');
  return reply(200);
}
