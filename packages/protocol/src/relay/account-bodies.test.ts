import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obeysBodyLaws, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

obeysBodyLaws({
  name: 'token of Apple',
  values: fc.record({ apnRegistrationId: wordOf(1, 64) }),
  format: protocol.formatApnToken,
  parse: protocol.parseApnToken,
  required: ['apnRegistrationId'],
  refused: [['apnRegistrationId', '']],
});

obeysBodyLaws({
  name: 'token of Google',
  values: fc.record({ gcmRegistrationId: wordOf(1, 200) }),
  format: protocol.formatGcmToken,
  parse: protocol.parseGcmToken,
  required: ['gcmRegistrationId'],
  refused: [
    ['gcmRegistrationId', ''],
    ['gcmRegistrationId', 'x'.repeat(4_097)],
  ],
});

obeysBodyLaws({
  name: 'discoverability',
  values: fc.record({ discoverableByPhoneNumber: fc.boolean() }),
  format: protocol.formatDiscoverability,
  parse: protocol.parseDiscoverability,
  required: ['discoverableByPhoneNumber'],
});

obeysBodyLaws({
  name: 'remote config',
  values: fc.record({ config: fc.dictionary(wordOf(1, 128), fc.string({ maxLength: 20 })) }),
  format: protocol.formatRemoteConfig,
  parse: protocol.parseRemoteConfig,
  required: ['config'],
  refused: [
    ['config', { 'do-not-repeat-me': 'x'.repeat(4_097) }],
    ['config', { ['x'.repeat(129)]: '' }],
    ['config', Object.fromEntries(Array.from({ length: 1_025 }, (_, index) => [`key${index}`, '']))],
  ],
});

describe('identity', () => {
  const uuid = '9d0652a3-dcc3-4d11-975f-74d61598733f';
  const response = {
    uuid,
    number: '+15550100',
    pni: uuid,
    usernameHash: new Uint8Array(32).fill(0xfb),
    usernameLinkHandle: uuid,
    storageCapable: true,
    authCredentialSalt: new Uint8Array(16),
  };

  it('comes back from its own text, with a number and a username', () => {
    const written = protocol.formatIdentityResponse(response);
    expect(written).toHaveProperty('usernameHash', '-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s');
    expect(protocol.parseIdentityResponse(written)).toEqual(response);
  });

  it.each([
    ['number', '0155'],
    ['pni', `PNI:${uuid}`],
    ['usernameHash', 'AAAA'],
    ['usernameLinkHandle', 'AAAA'],
  ])('is refused where %s is %j', (field, value) => {
    const body = { ...(protocol.formatIdentityResponse(response) as object), [field]: value };
    expect(() => protocol.parseIdentityResponse(body)).toThrow(
      expect.objectContaining({ code: 'bad-body', field }),
    );
  });
});
