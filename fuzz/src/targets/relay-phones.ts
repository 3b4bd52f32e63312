import {
  formatChangeNumberRequest,
  formatCodeNotSent,
  formatRegistrationLock,
  formatRegistrationLockFailure,
  formatVerificationCode,
  formatVerificationCodeRequest,
  formatVerificationRequest,
  formatVerificationSession,
  formatVerificationUpdate,
  parseChangeNumberRequest,
  parseCodeNotSent,
  parseRegistrationLock,
  parseRegistrationLockFailure,
  parseVerificationCode,
  parseVerificationCodeRequest,
  parseVerificationRequest,
  parseVerificationSession,
  parseVerificationUpdate,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const VERIFICATION = ['packages/protocol/src/relay/verification-bodies.ts'];
const LOCK = ['packages/protocol/src/relay/lock-bodies.ts'];

const pushed = { pushToken: 'abc', pushTokenType: 'apn', mcc: '262', mnc: '01' } as const;
const signedKey = { keyId: 5, publicKey: counted(33, 5), signature: counted(64) };
const kyberKey = { keyId: 9, publicKey: counted(1_569, 8), signature: counted(64, 3) };

/** Bodies about phone numbers, of both sides. */
export const relayPhoneTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-body-verification',
    covers: VERIFICATION,
    seeds: [formatVerificationRequest({ number: '+15550100', ...pushed })],
    parse: parseVerificationRequest,
    format: formatVerificationRequest,
  }),
  bodyTarget({
    name: 'relay-body-verification-update',
    covers: VERIFICATION,
    seeds: [formatVerificationUpdate({ ...pushed, captcha: 'abc' }), { pushChallenge: 'abc' }, {}],
    parse: parseVerificationUpdate,
    format: formatVerificationUpdate,
  }),
  bodyTarget({
    name: 'relay-body-code-request',
    covers: VERIFICATION,
    seeds: [formatVerificationCodeRequest({ transport: 'sms', client: 'ios' })],
    parse: parseVerificationCodeRequest,
    format: formatVerificationCodeRequest,
    words: ['voice'],
  }),
  bodyTarget({
    name: 'relay-body-code',
    covers: VERIFICATION,
    seeds: [formatVerificationCode({ code: '123456' })],
    parse: parseVerificationCode,
    format: formatVerificationCode,
  }),
  bodyTarget({
    name: 'relay-reply-verification',
    covers: VERIFICATION,
    seeds: [
      formatVerificationSession({
        id: 'AAECAw==',
        nextSms: 0,
        nextCall: 60,
        nextVerificationAttempt: 5,
        allowedToRequestCode: true,
        requestedInformation: ['captcha', 'pushChallenge'],
        verified: false,
      }),
    ],
    parse: parseVerificationSession,
    format: formatVerificationSession,
  }),
  bodyTarget({
    name: 'relay-reply-code-not-sent',
    covers: VERIFICATION,
    seeds: [formatCodeNotSent({ reason: 'providerRejected', permanentFailure: true })],
    parse: parseCodeNotSent,
    format: formatCodeNotSent,
    words: ['providerUnavailable', 'illegalArgument'],
  }),
  bodyTarget({
    name: 'relay-body-lock',
    covers: LOCK,
    seeds: [formatRegistrationLock({ registrationLock: 'ab'.repeat(32) })],
    parse: parseRegistrationLock,
    format: formatRegistrationLock,
  }),
  bodyTarget({
    name: 'relay-reply-locked',
    covers: LOCK,
    seeds: [
      formatRegistrationLockFailure({
        timeRemaining: 604_800_000,
        svr2Credentials: { username: 'a', password: 'b' },
      }),
      formatRegistrationLockFailure({ timeRemaining: 1 }),
    ],
    parse: parseRegistrationLockFailure,
    format: formatRegistrationLockFailure,
  }),
  bodyTarget({
    name: 'relay-body-number',
    covers: ['packages/protocol/src/relay/number-bodies.ts'],
    seeds: [
      formatChangeNumberRequest({
        sessionId: 'AAECAw==',
        recoveryPassword: counted(32),
        number: '+15550100',
        reglock: 'ab'.repeat(32),
        pniIdentityKey: counted(33, 5),
        deviceMessages: [
          { type: 1, destinationDeviceId: 2, destinationRegistrationId: 42, content: counted(80) },
        ],
        devicePniSignedPrekeys: new Map([
          [1, signedKey],
          [2, signedKey],
        ]),
        devicePniPqLastResortPrekeys: new Map([[1, kyberKey]]),
        pniRegistrationIds: new Map([
          [1, 42],
          [127, 43],
        ]),
      }),
    ],
    parse: parseChangeNumberRequest,
    format: formatChangeNumberRequest,
    words: ['__proto__', '01', '128', '1e1'],
  }),
];
