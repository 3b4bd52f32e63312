import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obeysBodyLaws, phoneNumbers, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const token = fc.oneof(
  fc.constant({}),
  fc.record({ pushToken: wordOf(1, 200), pushTokenType: fc.constantFrom('apn' as const, 'fcm' as const) }),
);
const others = fc.record(
  { pushChallenge: wordOf(32, 32), captcha: wordOf(1, 500), mcc: wordOf(3, 3), mnc: wordOf(2, 3) },
  { requiredKeys: [] },
);
const updates = fc.tuple(token, others).map(([one, other]) => ({ ...one, ...other }));

const WRONG_UPDATES = [
  ['pushTokenType', 'sms'],
  ['pushToken', ''],
  ['captcha', 'x'.repeat(16_385)],
] as const;

obeysBodyLaws({
  name: 'verification request',
  values: fc.tuple(updates, phoneNumbers).map(([update, number]) => ({ ...update, number })),
  format: protocol.formatVerificationRequest,
  parse: protocol.parseVerificationRequest,
  required: ['number'],
  refused: [
    ['number', '15550100'],
    ['number', '+05550100'],
    ['number', '+1555010012345678'],
    ['number', '+1 555 0100'],
    ...WRONG_UPDATES,
  ],
});

obeysBodyLaws({
  name: 'verification update',
  values: updates,
  format: protocol.formatVerificationUpdate,
  parse: protocol.parseVerificationUpdate,
  refused: WRONG_UPDATES,
});

obeysBodyLaws({
  name: 'request of a verification code',
  values: fc.record({ transport: fc.constantFrom('sms', 'voice'), client: wordOf(0, 20) }),
  format: protocol.formatVerificationCodeRequest,
  parse: protocol.parseVerificationCodeRequest,
  required: ['transport', 'client'],
  refused: [['transport', 'pigeon']],
});

obeysBodyLaws({
  name: 'verification code',
  values: fc.record({ code: wordOf(1, 8) }),
  format: protocol.formatVerificationCode,
  parse: protocol.parseVerificationCode,
  required: ['code'],
  refused: [
    ['code', ''],
    ['code', '1'.repeat(65)],
  ],
});

obeysBodyLaws({
  name: 'verification session',
  values: fc.record(
    {
      id: wordOf(1, 40),
      nextSms: fc.nat(),
      nextCall: fc.nat(),
      nextVerificationAttempt: fc.nat(),
      allowedToRequestCode: fc.boolean(),
      requestedInformation: fc.subarray(['pushChallenge', 'captcha'] as const),
      verified: fc.boolean(),
    },
    { requiredKeys: ['id', 'allowedToRequestCode', 'requestedInformation', 'verified'] },
  ),
  format: protocol.formatVerificationSession,
  parse: protocol.parseVerificationSession,
  required: ['id', 'allowedToRequestCode', 'requestedInformation', 'verified'],
  refused: [
    ['id', ''],
    ['nextSms', -1],
    ['nextCall', 0.5],
    ['requestedInformation', ['blood']],
  ],
});

obeysBodyLaws({
  name: 'code that was not sent',
  values: fc.record({
    reason: fc.constantFrom('providerUnavailable', 'providerRejected', 'illegalArgument'),
    permanentFailure: fc.boolean(),
  }),
  format: protocol.formatCodeNotSent,
  parse: protocol.parseCodeNotSent,
  required: ['reason', 'permanentFailure'],
  refused: [['reason', 'moon']],
});

describe('verification', () => {
  it('takes a push token with its kind or not at all', () => {
    for (const half of [{ pushToken: 'a' }, { pushTokenType: 'apn' }]) {
      const refusal = expect.objectContaining({ code: 'bad-body', field: 'pushTokenType' });
      expect(() => protocol.parseVerificationUpdate(half)).toThrow(refusal);
      expect(() => protocol.parseVerificationRequest({ number: '+15550100', ...half })).toThrow(refusal);
    }
  });

  it('writes null for a time that there is not', () => {
    const session = { id: 'a', allowedToRequestCode: true, requestedInformation: [], verified: false };
    expect(protocol.formatVerificationSession({ ...session, nextSms: 60 })).toMatchObject({
      nextSms: 60,
      nextCall: null,
      nextVerificationAttempt: null,
    });
  });
});
