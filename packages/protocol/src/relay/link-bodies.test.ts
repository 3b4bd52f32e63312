import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  bytesOf,
  deviceIds,
  kyberKeys,
  obeysBodyLaws,
  registrationIds,
  signedKeys,
  uuids,
  wordOf,
} from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const attributes = fc.record(
  {
    fetchesMessages: fc.boolean(),
    registrationId: registrationIds,
    pniRegistrationId: registrationIds,
    name: bytesOf(0, 225),
    capabilities: fc.constantFrom({ spqr: true }, { spqr: true, optionalPhoneNumber: true }),
  },
  { requiredKeys: ['fetchesMessages', 'registrationId', 'capabilities'] },
);

obeysBodyLaws({
  name: 'link code',
  values: fc.record({ verificationCode: wordOf(1, 100), tokenIdentifier: wordOf(43, 43) }),
  format: protocol.formatLinkCode,
  parse: protocol.parseLinkCode,
  required: ['verificationCode', 'tokenIdentifier'],
  refused: [
    ['verificationCode', ''],
    ['tokenIdentifier', 'x'.repeat(31)],
    ['tokenIdentifier', 'x'.repeat(65)],
  ],
});

obeysBodyLaws({
  name: 'link request',
  values: fc.record(
    {
      verificationCode: wordOf(1, 100),
      accountAttributes: attributes,
      aciSignedPreKey: signedKeys,
      pniSignedPreKey: signedKeys,
      aciPqLastResortPreKey: kyberKeys,
      pniPqLastResortPreKey: kyberKeys,
      apnToken: fc.record({ apnRegistrationId: wordOf(1, 64) }),
      gcmToken: fc.record({ gcmRegistrationId: wordOf(1, 200) }),
      requestedDeviceId: fc.integer({ min: 2, max: 127 }),
    },
    { requiredKeys: ['verificationCode', 'accountAttributes', 'aciSignedPreKey', 'aciPqLastResortPreKey'] },
  ),
  format: protocol.formatLinkRequest,
  parse: protocol.parseLinkRequest,
  required: ['verificationCode', 'accountAttributes', 'aciSignedPreKey', 'aciPqLastResortPreKey'],
  refused: [
    ['requestedDeviceId', 1],
    ['requestedDeviceId', 128],
    ['apnToken.apnRegistrationId', ''],
    ['gcmToken.gcmRegistrationId', 'x'.repeat(4_097)],
    ['accountAttributes.registrationId', 0],
    ['accountAttributes.capabilities', null],
    ['aciSignedPreKey.publicKey', toBase64(new Uint8Array(32))],
    ['aciPqLastResortPreKey.publicKey', toBase64(new Uint8Array(33))],
  ],
});

obeysBodyLaws({
  name: 'link response',
  values: fc.record({ uuid: uuids, pni: uuids, deviceId: deviceIds }, { requiredKeys: ['uuid', 'deviceId'] }),
  format: protocol.formatLinkResponse,
  parse: protocol.parseLinkResponse,
  required: ['uuid', 'deviceId'],
  refused: [
    ['uuid', 'PNI:9d0652a3-dcc3-4d11-975f-74d61598733f'],
    ['deviceId', 0],
  ],
});

obeysBodyLaws({
  name: 'provisioning message',
  values: fc.record({ body: bytesOf(1, 2_000) }),
  format: protocol.formatProvisioningMessage,
  parse: protocol.parseProvisioningMessage,
  required: ['body'],
  refused: [['body', '']],
});

it('takes a provisioning message of 256 KiB in text, and none that is longer', () => {
  const most = new Uint8Array(192 * 1024);
  const body = protocol.formatProvisioningMessage({ body: most });
  expect((body as { body: string }).body).toHaveLength(256 * 1024);
  expect(protocol.parseProvisioningMessage(body).body).toEqual(most);
  expect(() => protocol.parseProvisioningMessage({ body: toBase64(new Uint8Array(192 * 1024 + 1)) })).toThrow(
    expect.objectContaining({ code: 'bad-body', field: 'body' }),
  );
});

it('writes null for the PNI of an account without a number', () => {
  const uuid = '9d0652a3-dcc3-4d11-975f-74d61598733f';
  expect(protocol.formatLinkResponse({ uuid, deviceId: 2 })).toEqual({ uuid, pni: null, deviceId: 2 });
});
