import {
  formatAttachmentForm,
  formatCallingRelays,
  formatCredentialProfile,
  formatIdentityCheck,
  formatIdentityCheckResponse,
  formatPostPolicyForm,
  formatProfile,
  formatSetProfile,
  formatStickerPackForm,
  formatVersionedProfile,
  parseAttachmentForm,
  parseCallingRelays,
  parseCredentialProfile,
  parseIdentityCheck,
  parseIdentityCheckResponse,
  parsePostPolicyForm,
  parseProfile,
  parseSetProfile,
  parseStickerPackForm,
  parseVersionedProfile,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const PROFILE = ['packages/protocol/src/relay/profile-bodies.ts'];
const FORM = ['packages/protocol/src/relay/form-bodies.ts'];

const aci = { kind: 'aci', uuid: counted(16) } as const;
const pni = { kind: 'pni', uuid: counted(16, 9) } as const;

const profile = {
  identityKey: counted(33, 5),
  unidentifiedAccess: counted(32),
  unrestrictedUnidentifiedAccess: true,
  capabilities: { spqr: true },
  uuid: aci,
};
const versioned = {
  ...profile,
  name: counted(81),
  about: counted(156),
  aboutEmoji: counted(60),
  avatar: 'profiles/abc',
  paymentAddress: counted(582),
  phoneNumberSharing: counted(29),
};
const policy = {
  key: 'profiles/abc',
  credential: 'abc',
  acl: 'private',
  algorithm: 'AWS4-HMAC-SHA256',
  date: '20260921T141320Z',
  policy: 'AAAA',
  signature: 'ab'.repeat(32),
};

/** Bodies about profiles, uploads and calls, of both sides. */
export const relayProfileTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-body-profile',
    covers: PROFILE,
    seeds: [
      formatSetProfile({
        commitment: counted(97),
        version: '0a'.repeat(32),
        name: counted(285),
        aboutEmoji: counted(60),
        about: counted(540),
        paymentAddress: counted(0),
        phoneNumberSharing: counted(29),
        avatar: true,
        sameAvatar: false,
        badgeIds: ['a'],
      }),
    ],
    parse: parseSetProfile,
    format: formatSetProfile,
  }),
  bodyTarget({
    name: 'relay-reply-profile',
    covers: PROFILE,
    seeds: [formatProfile(profile), formatProfile({ ...profile, uuid: pni })],
    parse: parseProfile,
    format: formatProfile,
  }),
  bodyTarget({
    name: 'relay-reply-versioned-profile',
    covers: PROFILE,
    seeds: [formatVersionedProfile(versioned), formatVersionedProfile(profile)],
    parse: parseVersionedProfile,
    format: formatVersionedProfile,
  }),
  bodyTarget({
    name: 'relay-reply-credential-profile',
    covers: PROFILE,
    seeds: [formatCredentialProfile({ ...versioned, credential: counted(497) })],
    parse: parseCredentialProfile,
    format: formatCredentialProfile,
  }),
  bodyTarget({
    name: 'relay-body-identity-check',
    covers: PROFILE,
    seeds: [
      formatIdentityCheck({
        elements: [
          { uuid: aci, fingerprint: counted(4) },
          { uuid: pni, fingerprint: counted(4, 9) },
        ],
      }),
    ],
    parse: parseIdentityCheck,
    format: formatIdentityCheck,
  }),
  bodyTarget({
    name: 'relay-reply-identity-check',
    covers: PROFILE,
    seeds: [formatIdentityCheckResponse({ elements: [{ uuid: pni, identityKey: counted(33, 5) }] })],
    parse: parseIdentityCheckResponse,
    format: formatIdentityCheckResponse,
  }),
  bodyTarget({
    name: 'relay-reply-attachment-form',
    covers: FORM,
    seeds: [
      formatAttachmentForm({
        cdn: 3,
        key: 'abc',
        headers: { Authorization: 'Bearer abc', 'Upload-Metadata': 'filename YWJj' },
        signedUploadLocation: 'https://localhost/attachments',
      }),
    ],
    parse: parseAttachmentForm,
    format: formatAttachmentForm,
    words: ['__proto__'],
  }),
  bodyTarget({
    name: 'relay-reply-post-form',
    covers: FORM,
    seeds: [formatPostPolicyForm(policy)],
    parse: parsePostPolicyForm,
    format: formatPostPolicyForm,
  }),
  bodyTarget({
    name: 'relay-reply-sticker-form',
    covers: FORM,
    seeds: [
      formatStickerPackForm({
        packId: 'ab'.repeat(16),
        manifest: { id: -1, ...policy },
        stickers: [{ id: 0, ...policy }],
      }),
    ],
    parse: parseStickerPackForm,
    format: formatStickerPackForm,
  }),
  bodyTarget({
    name: 'relay-reply-calling-relays',
    covers: ['packages/protocol/src/relay/calling-bodies.ts'],
    seeds: [
      formatCallingRelays({
        relays: [
          {
            username: 'a',
            password: 'b',
            ttl: 86_400,
            urls: ['turn:localhost'],
            urlsWithIps: ['turn:127.0.0.1'],
            hostname: 'localhost',
          },
        ],
      }),
    ],
    parse: parseCallingRelays,
    format: formatCallingRelays,
  }),
];
