import { z } from 'zod';
import { list } from './codecs.ts';
import { decodeBody, encodeBody } from './schema.ts';

/** Bodies by which a sender shows not to be a machine that sends to everybody (reference: signal-service §2.5). */

/** How a challenge may be answered; the last is Sotto's own. */
export type ChallengeOption = 'captcha' | 'pushChallenge' | 'sottoWork';

/** Body of a 428. Signal's client stack takes no body that offers what it does not know: offer work to Sotto's only. */
export interface RateLimitChallenge {
  readonly token: string;
  readonly options: readonly ChallengeOption[];
}

/** `PUT /v1/challenge`. */
export type ChallengeAnswer =
  | { readonly type: 'captcha'; readonly token: string; readonly captcha: string }
  /** What came by push. */
  | { readonly type: 'rateLimitPushChallenge'; readonly challenge: string }
  /** Proof of work. */
  | { readonly type: 'sottoWork'; readonly token: string; readonly work: string };

const token = z.string().min(1).max(1_024);

const challenge = z.object({
  token,
  options: list(z.enum(['captcha', 'pushChallenge', 'sottoWork']), 3),
});

const answer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('captcha'),
    token,
    captcha: z
      .string()
      .min(1)
      .max(16 * 1024),
  }),
  z.object({ type: z.literal('rateLimitPushChallenge'), challenge: z.string().min(1).max(256) }),
  z.object({ type: z.literal('sottoWork'), token, work: z.string().min(1).max(256) }),
]);

export function parseRateLimitChallenge(value: unknown): RateLimitChallenge {
  return decodeBody(challenge, value);
}

export function formatRateLimitChallenge(body: RateLimitChallenge): unknown {
  return encodeBody(challenge, body);
}

export function parseChallengeAnswer(value: unknown): ChallengeAnswer {
  return decodeBody(answer, value);
}

export function formatChallengeAnswer(body: ChallengeAnswer): unknown {
  return encodeBody(answer, body);
}
