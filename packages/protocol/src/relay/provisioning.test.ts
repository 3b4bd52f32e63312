import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { decodeProvisioningAddress, encodeProvisioningAddress } from './provisioning.ts';

const ADDRESS = 'AAECAwQFBgcICQoLDA0ODw==';

describe('provisioning address', () => {
  it('is the first field, a text', () => {
    const bytes = encodeProvisioningAddress(ADDRESS);
    expect(bytes).toEqual(Uint8Array.of(0x0a, 24, ...new TextEncoder().encode(ADDRESS)));
    expect(decodeProvisioningAddress(bytes)).toBe(ADDRESS);
  });

  it.each(['', 'a/b', 'a b', '=', 'x'.repeat(65)])('is not %j', (address) => {
    const bytes = encodeProvisioningAddress(address);
    expect(() => decodeProvisioningAddress(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('throws nothing but ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeProvisioningAddress(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});
