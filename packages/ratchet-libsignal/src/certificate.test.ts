import { asBytes } from '@sotto/bytes';
import { createParty } from '@sotto/ratchet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCertificate } from './certificate.ts';
import { libsignalEngine } from './engine.ts';

describe('a certificate', () => {
  it('that is noise or has one flipped bit is refused and never throws', async () => {
    const { certificate } = (await createParty(libsignalEngine)).local;
    expect(checkCertificate(certificate).outcome).toBe('valid');
    fc.assert(
      fc.property(fc.nat({ max: certificate.length * 8 - 1 }), (position) => {
        const damaged = certificate.slice();
        damaged[position >> 3] = (damaged[position >> 3] as number) ^ (1 << (position & 7));
        expect(checkCertificate(damaged).outcome).not.toBe('valid');
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(checkCertificate(asBytes(bytes)).outcome).toBe('not-self-issued');
      }),
    );
  });
});
