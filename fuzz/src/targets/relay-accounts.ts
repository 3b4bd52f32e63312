import {
  formatApnToken,
  formatChallengeAnswer,
  formatConfirmedUsername,
  formatConfirmUsernameRequest,
  formatDataReport,
  formatDiscoverability,
  formatEncryptedUsername,
  formatGcmToken,
  formatRateLimitChallenge,
  formatRemoteConfig,
  formatReservedUsername,
  formatReserveUsernameRequest,
  formatUsernameLinkHandle,
  formatUsernameOwner,
  parseApnToken,
  parseChallengeAnswer,
  parseConfirmedUsername,
  parseConfirmUsernameRequest,
  parseDataReport,
  parseDiscoverability,
  parseEncryptedUsername,
  parseGcmToken,
  parseRateLimitChallenge,
  parseRemoteConfig,
  parseReservedUsername,
  parseReserveUsernameRequest,
  parseUsernameLinkHandle,
  parseUsernameOwner,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const ACCOUNT = ['packages/protocol/src/relay/account-bodies.ts'];
const CHALLENGE = ['packages/protocol/src/relay/challenge-bodies.ts'];
const USERNAME = ['packages/protocol/src/relay/username-bodies.ts'];

const UUID = '9d0652a3-dcc3-4d11-975f-74d61598733f';
const usernameHash = counted(32);

/** Bodies about usernames and settings, of both sides. */
export const relayAccountTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-body-apn',
    covers: ACCOUNT,
    seeds: [formatApnToken({ apnRegistrationId: 'abc' })],
    parse: parseApnToken,
    format: formatApnToken,
  }),
  bodyTarget({
    name: 'relay-body-gcm',
    covers: ACCOUNT,
    seeds: [formatGcmToken({ gcmRegistrationId: 'abc' })],
    parse: parseGcmToken,
    format: formatGcmToken,
  }),
  bodyTarget({
    name: 'relay-body-discoverability',
    covers: ACCOUNT,
    seeds: [formatDiscoverability({ discoverableByPhoneNumber: true })],
    parse: parseDiscoverability,
    format: formatDiscoverability,
  }),
  bodyTarget({
    name: 'relay-reply-config',
    covers: ACCOUNT,
    seeds: [formatRemoteConfig({ config: { 'grpc.KeysGetPreKeyCount': 'ws', other: '' } }), { config: {} }],
    parse: parseRemoteConfig,
    format: formatRemoteConfig,
    words: ['__proto__'],
  }),
  bodyTarget({
    name: 'relay-reply-report',
    covers: ['packages/protocol/src/relay/data-report-bodies.ts'],
    seeds: [
      formatDataReport({
        reportId: UUID,
        reportTimestamp: 1_790_000_000_000,
        data: {
          account: {
            phoneNumber: '+15550100',
            badges: [{ id: 'a', expiration: 0, visible: true }],
            allowSealedSenderFromAnyone: false,
            findAccountByPhoneNumber: true,
          },
          devices: [{ id: 1, lastSeen: 253_402_300_799_000, created: 0, userAgent: 'OWD' }],
        },
        text: 'a\nb',
      }),
    ],
    parse: parseDataReport,
    format: formatDataReport,
    words: ['2024-02-29T23:59:60Z', '2023-02-29T00:00:00Z', '0000-01-01T00:00:00Z'],
  }),
  bodyTarget({
    name: 'relay-reply-challenge',
    covers: CHALLENGE,
    seeds: [formatRateLimitChallenge({ token: 'abc', options: ['captcha', 'pushChallenge', 'sottoWork'] })],
    parse: parseRateLimitChallenge,
    format: formatRateLimitChallenge,
  }),
  bodyTarget({
    name: 'relay-body-challenge',
    covers: CHALLENGE,
    seeds: [
      formatChallengeAnswer({ type: 'captcha', token: 'abc', captcha: 'abc' }),
      formatChallengeAnswer({ type: 'rateLimitPushChallenge', challenge: 'abc' }),
      formatChallengeAnswer({ type: 'sottoWork', token: 'abc', work: 'v1.1.AAAA' }),
    ],
    parse: parseChallengeAnswer,
    format: formatChallengeAnswer,
  }),
  bodyTarget({
    name: 'relay-body-reserve-username',
    covers: USERNAME,
    seeds: [formatReserveUsernameRequest({ usernameHashes: [usernameHash, counted(32, 9)] })],
    parse: parseReserveUsernameRequest,
    format: formatReserveUsernameRequest,
  }),
  bodyTarget({
    name: 'relay-reply-reserved-username',
    covers: USERNAME,
    seeds: [formatReservedUsername({ usernameHash })],
    parse: parseReservedUsername,
    format: formatReservedUsername,
  }),
  bodyTarget({
    name: 'relay-body-confirm-username',
    covers: USERNAME,
    seeds: [
      formatConfirmUsernameRequest({
        usernameHash,
        zkProof: counted(128),
        encryptedUsername: counted(112),
      }),
    ],
    parse: parseConfirmUsernameRequest,
    format: formatConfirmUsernameRequest,
  }),
  bodyTarget({
    name: 'relay-reply-confirmed-username',
    covers: USERNAME,
    seeds: [formatConfirmedUsername({ usernameHash, usernameLinkHandle: UUID })],
    parse: parseConfirmedUsername,
    format: formatConfirmedUsername,
  }),
  bodyTarget({
    name: 'relay-reply-username-owner',
    covers: USERNAME,
    seeds: [formatUsernameOwner({ uuid: UUID })],
    parse: parseUsernameOwner,
    format: formatUsernameOwner,
  }),
  bodyTarget({
    name: 'relay-body-encrypted-username',
    covers: USERNAME,
    seeds: [
      formatEncryptedUsername({ usernameLinkEncryptedValue: counted(112), keepLinkHandle: true }),
      { usernameLinkEncryptedValue: 'AAAA' },
    ],
    parse: parseEncryptedUsername,
    format: formatEncryptedUsername,
  }),
  bodyTarget({
    name: 'relay-reply-username-link',
    covers: USERNAME,
    seeds: [formatUsernameLinkHandle({ usernameLinkHandle: UUID })],
    parse: parseUsernameLinkHandle,
    format: formatUsernameLinkHandle,
  }),
];
