import { toHex } from '@sotto/bytes';
import { CHAT_API, encodeChatMessage, formatRateLimitChallenge, HEADER, STATUS } from '@sotto/protocol';
import { expect, it } from 'vitest';
import { jsonReply } from '../http/call.ts';
import { challenge } from './challenge.ts';

it('says for how long to wait, and offers nothing', () => {
  const reply = jsonReply(formatRateLimitChallenge({ token: 'AB', options: [] }), STATUS.challenge);
  const headers = new Map([...reply.headers, [HEADER.retryAfter, '3600']]);
  const answer = challenge[STATUS.challenge]({ ...reply, headers });
  const bytes = encodeChatMessage(CHAT_API.Messages.method.sendMessage.output, answer);
  // Field 3: the token is its first field, the seconds its third.
  expect(toHex(bytes)).toBe('1a070a02414218901c');
});
