import { HEADER, parseRateLimitChallenge, STATUS } from '@sotto/protocol';
import type { Reply } from '../http/call.ts';
import { jsonOf, one } from './unary.ts';

/**
 * The answer to 428: whoever writes by name to too many others has to wait (reference: signal-service §4.1). Work is
 * offered to those who ask for it, and here nobody can.
 */
export const challenge = {
  [STATUS.challenge]: (reply: Reply) => {
    const { token } = parseRateLimitChallenge(jsonOf(reply));
    const retryAfterSeconds = BigInt(reply.headers.get(HEADER.retryAfter) ?? 0);
    return one('challengeRequired', { token, retryAfterSeconds });
  },
};
