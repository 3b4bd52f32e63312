import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  deviceIds,
  kyberKeys,
  obeysBodyLaws,
  phoneNumbers,
  registrationIds,
  signedKeys,
  wordOf,
} from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const byDevice = <Value>(values: fc.Arbitrary<Value>) =>
  fc
    .uniqueArray(fc.tuple(deviceIds, values), { minLength: 1, maxLength: 3, selector: ([id]) => id })
    .map((entries) => new Map(entries.sort(([one], [other]) => one - other)));

const REQUIRED = [
  'number',
  'pniIdentityKey',
  'deviceMessages',
  'devicePniSignedPrekeys',
  'devicePniPqLastResortPrekeys',
  'pniRegistrationIds',
] as const;

const requests = fc.record(
  {
    sessionId: wordOf(1, 24),
    recoveryPassword: bytesOf(32),
    number: phoneNumbers,
    reglock: fc.constant('ab'.repeat(32)),
    pniIdentityKey: bytesOf(33),
    deviceMessages: fc.array(
      fc.record({
        type: fc.constant(1),
        destinationDeviceId: deviceIds,
        destinationRegistrationId: registrationIds,
        content: bytesOf(1, 50),
      }),
      { maxLength: 2 },
    ),
    devicePniSignedPrekeys: byDevice(signedKeys),
    devicePniPqLastResortPrekeys: byDevice(kyberKeys),
    pniRegistrationIds: byDevice(registrationIds),
  },
  { requiredKeys: [...REQUIRED] },
);

obeysBodyLaws({
  name: 'change of number',
  values: requests,
  format: protocol.formatChangeNumberRequest,
  parse: protocol.parseChangeNumberRequest,
  required: REQUIRED,
  refused: [
    ['number', '5550100'],
    ['recoveryPassword', toBase64(new Uint8Array(31))],
    ['pniIdentityKey', toBase64(new Uint8Array(32))],
    ['pniRegistrationIds', {}],
    ['pniRegistrationIds', []],
    ['pniRegistrationIds', { 1: 0 }],
    ['pniRegistrationIds', { 0: 5 }],
    ['pniRegistrationIds', { 128: 5 }],
    ['pniRegistrationIds', { '01': 5 }],
    ['pniRegistrationIds', { 1.5: 5 }],
    ['pniRegistrationIds', { 'do-not-repeat-me': 5 }],
  ],
});

describe('keys by device', () => {
  const body = protocol.formatChangeNumberRequest(fc.sample(requests, { numRuns: 1, seed: 3 })[0] as never);

  it('name the member of a key, and not the device', () => {
    const wrong = { ...(body as object), devicePniSignedPrekeys: { 3: { keyId: 1, publicKey: 'AAAA' } } };
    expect(() => protocol.parseChangeNumberRequest(wrong)).toThrow(
      expect.objectContaining({ code: 'bad-body', field: 'devicePniSignedPrekeys.publicKey' }),
    );
  });

  it('are read by number', () => {
    const { pniRegistrationIds } = protocol.parseChangeNumberRequest({
      ...(body as object),
      pniRegistrationIds: { 1: 42, 127: 43 },
    });
    expect([...pniRegistrationIds]).toEqual([
      [1, 42],
      [127, 43],
    ]);
  });
});
