import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, serviceIds } from '../../test/_body-laws.ts';
import { ProtocolError } from '../errors.ts';
import {
  decodeServiceId,
  encodeServiceId,
  formatServiceId,
  formatUuid,
  parseServiceId,
  parseUuid,
} from './service-id.ts';

const UUID = '9d0652a3-dcc3-4d11-975f-74d61598733f';
const badBody = expect.objectContaining({ name: 'ProtocolError', code: 'bad-body' });
const malformed = expect.objectContaining({ name: 'ProtocolError', code: 'malformed' });

describe('UUID', () => {
  it('comes back from its text', () => {
    fc.assert(
      fc.property(bytesOf(16), (bytes) => {
        expect(parseUuid(formatUuid(bytes))).toEqual(bytes);
        expect(parseUuid(formatUuid(bytes).toUpperCase())).toEqual(bytes);
      }),
    );
    expect(() => parseUuid(`PNI:${UUID}`)).toThrow(ProtocolError);
  });
});

describe('service ID', () => {
  it('comes back from its text and from its bytes', () => {
    fc.assert(
      fc.property(serviceIds, (id) => {
        expect(parseServiceId(formatServiceId(id))).toEqual(id);
        expect(decodeServiceId(encodeServiceId(id))).toEqual(id);
      }),
    );
  });

  it('is a bare UUID for an account, and one behind a prefix for a number', () => {
    const uuid = parseUuid(UUID);
    expect(parseServiceId(UUID)).toEqual({ kind: 'aci', uuid });
    expect(parseServiceId(`PNI:${UUID}`)).toEqual({ kind: 'pni', uuid });
    expect(encodeServiceId({ kind: 'aci', uuid })).toEqual(Uint8Array.of(0, ...uuid));
    expect(encodeServiceId({ kind: 'pni', uuid })).toEqual(Uint8Array.of(1, ...uuid));
  });

  it.each([
    '',
    'PNI:',
    `ACI:${UUID}`,
    `pni:${UUID}`,
    `PNI:PNI:${UUID}`,
    ` ${UUID}`,
    `${UUID}\n`,
    UUID.replaceAll('-', ''),
    `{${UUID}}`,
    `${UUID.slice(0, -1)}g`,
    `${UUID}0`,
  ])('is not %j', (text) => {
    expect(() => parseServiceId(text)).toThrow(badBody);
  });

  it('has 17 bytes, the first of them 0 or 1', () => {
    for (const length of [0, 1, 16, 18]) {
      expect(() => decodeServiceId(new Uint8Array(length))).toThrow(malformed);
    }
    for (const kind of [2, 255]) {
      expect(() => decodeServiceId(Uint8Array.of(kind, ...new Uint8Array(16)))).toThrow(malformed);
    }
  });
});
