import fc from 'fast-check';
import { expect, it } from 'vitest';
import { obeysBodyLaws, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

obeysBodyLaws({
  name: 'rate-limit challenge',
  values: fc.record({
    token: wordOf(1, 50),
    options: fc.subarray(['captcha', 'pushChallenge', 'sottoWork'] as const),
  }),
  format: protocol.formatRateLimitChallenge,
  parse: protocol.parseRateLimitChallenge,
  required: ['token', 'options'],
  refused: [
    ['token', ''],
    ['options', ['tea']],
    ['options', ['captcha', 'captcha', 'captcha', 'captcha']],
  ],
});

const captchas = fc.record({
  type: fc.constant('captcha' as const),
  token: wordOf(1, 50),
  captcha: wordOf(1, 50),
});
const pushed = fc.record({ type: fc.constant('rateLimitPushChallenge' as const), challenge: wordOf(1, 50) });
const works = fc.record({
  type: fc.constant('sottoWork' as const),
  token: wordOf(1, 50),
  work: wordOf(1, 50),
});
const laws = { format: protocol.formatChallengeAnswer, parse: protocol.parseChallengeAnswer };

obeysBodyLaws<protocol.ChallengeAnswer>({
  ...laws,
  name: 'captcha for a challenge',
  values: captchas,
  required: ['type', 'token', 'captcha'],
  refused: [
    ['captcha', ''],
    ['type', 'other'],
  ],
});

obeysBodyLaws<protocol.ChallengeAnswer>({
  ...laws,
  name: 'push for a challenge',
  values: pushed,
  required: ['type', 'challenge'],
  refused: [['challenge', '']],
});

obeysBodyLaws<protocol.ChallengeAnswer>({
  ...laws,
  name: 'work for a challenge',
  values: works,
  required: ['type', 'token', 'work'],
  refused: [['work', 'x'.repeat(257)]],
});

it('takes no answer of one kind for another', () => {
  const answer = { type: 'sottoWork', token: 'a', captcha: 'b' };
  expect(() => protocol.parseChallengeAnswer(answer)).toThrow(
    expect.objectContaining({ code: 'bad-body', field: 'work' }),
  );
});
