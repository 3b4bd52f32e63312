import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, obeysBodyLaws, serviceIds, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const of = (...lengths: readonly number[]) => fc.oneof(...lengths.map((length) => bytesOf(length)));
const long = (length: number) => toBase64(new Uint8Array(length));

obeysBodyLaws({
  name: 'profile to set',
  values: fc.record(
    {
      commitment: bytesOf(97),
      version: fc.constantFrom('0a'.repeat(32), 'FF'.repeat(32)),
      name: of(81, 285),
      aboutEmoji: of(0, 60),
      about: of(0, 156, 282, 540),
      paymentAddress: of(0, 582),
      phoneNumberSharing: of(0, 29),
      avatar: fc.boolean(),
      sameAvatar: fc.boolean(),
      badgeIds: fc.array(wordOf(1, 9), { maxLength: 2 }),
    },
    { requiredKeys: ['commitment', 'version', 'name', 'avatar', 'sameAvatar'] },
  ),
  format: protocol.formatSetProfile,
  parse: protocol.parseSetProfile,
  required: ['commitment', 'version', 'name'],
  refused: [
    ['commitment', long(96)],
    ['version', '0a'.repeat(31)],
    ['version', 'xy'.repeat(32)],
    ['name', ''],
    ['name', long(82)],
    ['aboutEmoji', long(61)],
    ['about', long(155)],
    ['paymentAddress', long(581)],
    ['phoneNumberSharing', long(1)],
  ],
});

const profile = {
  identityKey: bytesOf(33),
  unidentifiedAccess: bytesOf(32),
  unrestrictedUnidentifiedAccess: fc.boolean(),
  capabilities: fc.constantFrom({}, { spqr: true, storage: false }),
  uuid: serviceIds,
};
const fields = {
  name: bytesOf(81),
  about: bytesOf(156),
  aboutEmoji: bytesOf(60),
  avatar: wordOf(1, 30).map((word) => `profiles/${word}`),
  paymentAddress: bytesOf(582),
  phoneNumberSharing: bytesOf(29),
};
const requiredKeys = [
  'identityKey',
  'unrestrictedUnidentifiedAccess',
  'capabilities',
  'uuid',
] satisfies (keyof typeof profile)[];
const laws = {
  required: ['identityKey', 'uuid'],
  refused: [
    ['identityKey', long(32)],
    ['unidentifiedAccess', long(31)],
    ['uuid', 'ACI:9d0652a3-dcc3-4d11-975f-74d61598733f'],
  ],
  ignored: ['badges'],
} as const;

obeysBodyLaws<protocol.Profile>({
  ...laws,
  name: 'profile',
  values: fc.record(profile, { requiredKeys }),
  format: protocol.formatProfile,
  parse: protocol.parseProfile,
});

obeysBodyLaws<protocol.VersionedProfile>({
  ...laws,
  name: 'versioned profile',
  values: fc.record({ ...profile, ...fields }, { requiredKeys }),
  format: protocol.formatVersionedProfile,
  parse: protocol.parseVersionedProfile,
});

obeysBodyLaws<protocol.CredentialProfile>({
  ...laws,
  name: 'profile with a credential',
  values: fc.record({ ...profile, ...fields, credential: bytesOf(497) }, { requiredKeys }),
  format: protocol.formatCredentialProfile,
  parse: protocol.parseCredentialProfile,
});

obeysBodyLaws({
  name: 'identity check',
  values: fc.record({
    elements: fc.array(fc.record({ uuid: serviceIds, fingerprint: bytesOf(4) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  format: protocol.formatIdentityCheck,
  parse: protocol.parseIdentityCheck,
  required: ['elements'],
  refused: [
    ['elements.fingerprint', long(5)],
    ['elements.uuid', 'PNI:'],
    [
      'elements',
      Array.from({ length: 1_001 }, () => ({
        uuid: '9d0652a3-dcc3-4d11-975f-74d61598733f',
        fingerprint: long(4),
      })),
    ],
  ],
});

obeysBodyLaws({
  name: 'answer to an identity check',
  values: fc.record({
    elements: fc.array(fc.record({ uuid: serviceIds, identityKey: bytesOf(33) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  format: protocol.formatIdentityCheckResponse,
  parse: protocol.parseIdentityCheckResponse,
  required: ['elements'],
  refused: [['elements.identityKey', long(32)]],
});

describe('profile', () => {
  it('has null for every field of a version that is not known', () => {
    const uuid = { kind: 'aci', uuid: new Uint8Array(16) } as const;
    const known = {
      uuid,
      identityKey: new Uint8Array(33),
      unrestrictedUnidentifiedAccess: false,
      capabilities: {},
    };
    expect(protocol.formatCredentialProfile(known)).toMatchObject({
      unidentifiedAccess: null,
      badges: [],
      name: null,
      about: null,
      aboutEmoji: null,
      avatar: null,
      paymentAddress: null,
      phoneNumberSharing: null,
      credential: null,
    });
    expect(Object.keys(protocol.formatProfile(known) as object)).not.toContain('name');
  });
});
