import { aciFromBytes } from '@sotto/identity';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCredentials, encodeCredentials } from './credentials.ts';
import { RelayRoadError } from './errors.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => new Uint8Array(each));

describe('credentials', () => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(bytes(16), bytes(32), fc.integer({ min: 1, max: 127 }), (aci, password, device) => {
        const credentials = { aci: aciFromBytes(aci), password, device };
        expect(decodeCredentials(encodeCredentials(credentials))).toEqual(credentials);
      }),
    );
  });

  it('throw nothing but RelayRoadError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (garbage) => {
        try {
          decodeCredentials(new Uint8Array(garbage));
        } catch (error) {
          expect(error).toBeInstanceOf(RelayRoadError);
        }
      }),
    );
    const good = encodeCredentials({
      aci: aciFromBytes(new Uint8Array(16)),
      device: 1,
      password: new Uint8Array(32),
    });
    for (const [index, value] of [
      [0, 2],
      [1, 0],
      [1, 128],
    ] as const) {
      const wrong = good.slice();
      wrong[index] = value;
      expect(() => decodeCredentials(wrong)).toThrow(RelayRoadError);
    }
  });
});
