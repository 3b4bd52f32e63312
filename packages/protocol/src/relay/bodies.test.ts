import { asBytes, toBase64, toBase64Url } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import * as protocol from '../index.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(asBytes);
const keyId = fc.nat({ max: 0x7fff_ffff });
const deviceId = fc.integer({ min: 1, max: 127 });
const registrationId = fc.integer({ min: 1, max: 0x3fff });
const preKey = fc.record({ keyId, publicKey: bytesOf(33) });
const signedKey = fc.record({ keyId, publicKey: bytesOf(33), signature: bytesOf(64) });
const kyberKey = fc.record({ keyId, publicKey: bytesOf(1_569), signature: bytesOf(64) });
const bits = fc.nat({ max: 28 });
const attributes = fc.record(
  {
    fetchesMessages: fc.boolean(),
    registrationId,
    name: bytesOf(20),
    unidentifiedAccessKey: bytesOf(16),
    unrestrictedUnidentifiedAccess: fc.boolean(),
    discoverableByPhoneNumber: fc.boolean(),
    capabilities: fc.constantFrom({ spqr: true }, {}, { spqr: true, storage: false }),
    recoveryPassword: bytesOf(32),
  },
  {
    requiredKeys: [
      'fetchesMessages',
      'registrationId',
      'unrestrictedUnidentifiedAccess',
      'discoverableByPhoneNumber',
      'capabilities',
    ],
  },
);

const roundTrips: readonly [string, fc.Arbitrary<unknown>, (x: never) => unknown, (x: unknown) => unknown][] =
  [
    ['account attributes', attributes, protocol.formatAccountAttributes, protocol.parseAccountAttributes],
    [
      'registration',
      fc.record(
        {
          recoveryPassword: bytesOf(32),
          receiptCredentialPresentation: bytesOf(329),
          accountAttributes: attributes,
          skipDeviceTransfer: fc.boolean(),
          aciIdentityKey: bytesOf(33),
          aciSignedPreKey: signedKey,
          aciPqLastResortPreKey: kyberKey,
        },
        {
          requiredKeys: [
            'accountAttributes',
            'skipDeviceTransfer',
            'aciIdentityKey',
            'aciSignedPreKey',
            'aciPqLastResortPreKey',
          ],
        },
      ),
      protocol.formatRegistrationRequest,
      protocol.parseRegistrationRequest,
    ],
    [
      'identity',
      fc.record(
        {
          uuid: fc.uuid({ version: 8 }),
          storageCapable: fc.boolean(),
          authCredentialSalt: bytesOf(16),
          reregistration: fc.boolean(),
        },
        { requiredKeys: ['uuid', 'storageCapable', 'reregistration'] },
      ),
      protocol.formatRegistrationResponse,
      protocol.parseRegistrationResponse,
    ],
    [
      'set keys',
      fc.record(
        {
          preKeys: fc.array(preKey, { maxLength: 3 }),
          signedPreKey: signedKey,
          pqPreKeys: fc.array(kyberKey, { maxLength: 2 }),
          pqLastResortPreKey: kyberKey,
        },
        { requiredKeys: ['preKeys', 'pqPreKeys'] },
      ),
      protocol.formatSetKeys,
      protocol.parseSetKeys,
    ],
    [
      'prekey response',
      fc.record({
        identityKey: bytesOf(33),
        devices: fc.array(
          fc.record(
            { deviceId, registrationId, signedPreKey: signedKey, preKey, pqPreKey: kyberKey },
            { requiredKeys: ['deviceId', 'registrationId', 'signedPreKey', 'pqPreKey'] },
          ),
          { maxLength: 2 },
        ),
      }),
      protocol.formatPreKeyResponse,
      protocol.parsePreKeyResponse,
    ],
    [
      'message list',
      fc.record({
        messages: fc.array(
          fc.record({
            type: fc.nat({ max: 255 }),
            destinationDeviceId: deviceId,
            destinationRegistrationId: registrationId,
            content: fc.uint8Array({ minLength: 1, maxLength: 100 }).map(asBytes),
          }),
          { maxLength: 4 },
        ),
        timestamp: fc.nat(),
        online: fc.boolean(),
        urgent: fc.boolean(),
      }),
      protocol.formatMessageList,
      protocol.parseMessageList,
    ],
    [
      'relay info',
      fc.record({
        registration: fc.constantFrom('open', 'invite'),
        zkPublicParams: bytesOf(673),
        workBits: fc.record(
          { ticket: bits, keys: bits, request: bits, lookup: bits, challenge: bits, upload: bits },
          {
            requiredKeys: ['ticket', 'keys', 'request'],
          },
        ),
        maxMessageBytes: fc.constant(98_304),
        maxRecordBytes: fc.constant(16_384),
        senderTrustRoot: bytesOf(33),
        onionKey: bytesOf(32),
        genericPublicParams: bytesOf(200),
      }),
      protocol.formatRelayInfo,
      protocol.parseRelayInfo,
    ],
  ];

const parsers = Object.entries(protocol).flatMap(([name, parse]) =>
  /^parse[A-Z]/.test(name) && !['parseJson', 'parseServiceId', 'parseUuid'].includes(name)
    ? [[name, parse as (value: unknown) => unknown] as const]
    : [],
);

describe('JSON bodies', () => {
  it.each(roundTrips)('%s comes back from its own text', (_name, arbitrary, format, parse) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const text = protocol.formatJson(format(value as never));
        expect(parse(protocol.parseJson(text))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  it.each(parsers)('%s throws nothing but ProtocolError', (_name, parse) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        try {
          parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('names the field and never the value', () => {
    const secret = 'do-not-repeat-me';
    try {
      protocol.parseSetKeys({ preKeys: [{ keyId: 1, publicKey: secret }] });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-body', field: 'preKeys.publicKey' });
      expect(String(error)).not.toContain(secret);
    }
  });

  it.each([
    ['a value that is none', { 'do-not-repeat-me': 5 }],
    ['a long name', { [`do-not-repeat-me${'s'.repeat(100)}`]: true }],
    [
      'too many',
      Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`do-not-repeat-me${index}`, true])),
    ],
    ['a prototype', JSON.parse('{"__proto__":true}')],
    ['a list', [true]],
  ])('names the capabilities and not what stands in them, for %s', (_name, capabilities) => {
    const call = () => protocol.parseAccountAttributes({ registrationId: 1, capabilities });
    expect(call).toThrow(expect.objectContaining({ code: 'bad-body', field: 'capabilities' }));
  });

  it('reads an access key as base64, base64url and as an array of numbers', () => {
    const key = Uint8Array.from({ length: 16 }, (_, index) => 240 + index);
    for (const unidentifiedAccessKey of [
      toBase64(key),
      toBase64(key).replace(/=+$/, ''),
      toBase64Url(key),
      [...key],
    ]) {
      const parsed = protocol.parseAccountAttributes({ registrationId: 1, unidentifiedAccessKey });
      expect(parsed.unidentifiedAccessKey).toEqual(key);
    }
  });

  it('takes null for absent, in a registration and in its answer', () => {
    expect(protocol.parseSetKeys({ preKeys: null, signedPreKey: null })).toEqual({
      preKeys: [],
      pqPreKeys: [],
    });
    const text = protocol.formatIdentityResponse({
      uuid: '00000000-0000-8000-8000-000000000000',
      storageCapable: false,
    });
    expect(text).toHaveProperty('number', null);
  });

  it.each([
    [
      'key of 32 bytes',
      { signedPreKey: { keyId: 1, publicKey: toBase64(new Uint8Array(32)), signature: '' } },
    ],
    ['negative key ID', { preKeys: [{ keyId: -1, publicKey: toBase64(new Uint8Array(33)) }] }],
    ['fractional key ID', { preKeys: [{ keyId: 0.5, publicKey: toBase64(new Uint8Array(33)) }] }],
    [
      '101 keys',
      { preKeys: Array.from({ length: 101 }, () => ({ keyId: 1, publicKey: toBase64(new Uint8Array(33)) })) },
    ],
  ])('refuses a %s', (_name, body) => {
    expect(() => protocol.parseSetKeys(body)).toThrow(ProtocolError);
  });
});

describe('JSON text', () => {
  it('is refused when nested deeply, too long or broken', () => {
    const parse = (text: string) => () => protocol.parseJson(new TextEncoder().encode(text));
    expect(parse('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'bad-json' }));
    expect(parse(`"${'['.repeat(1_000)}"`)()).toBe('['.repeat(1_000));
    expect(parse('{"a":"\\"[[[["}')()).toEqual({ a: '"[[[[' });
    expect(parse(' '.repeat(600_000))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(parse('{')).toThrow(expect.objectContaining({ code: 'bad-json' }));
  });

  it('throws nothing but ProtocolError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 50 }),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          try {
            protocol.parseJson(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
