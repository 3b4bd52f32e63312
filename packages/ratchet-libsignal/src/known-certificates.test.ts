import { randomBytes } from '@sotto/crypto';
import { createParty } from '@sotto/ratchet/testing';
import { describe, expect, it } from 'vitest';
import { checkCertificate } from './certificate.ts';
import { libsignalEngine } from './engine.ts';
import { createKnownCertificates } from './known-certificates.ts';

describe('known certificates', () => {
  it('answer as the check does, the second time too', async () => {
    const check = createKnownCertificates();
    const { certificate } = (await createParty(libsignalEngine)).local;
    const damaged = certificate.slice();
    damaged[100] = (damaged[100] as number) ^ 1;
    for (let time = 0; time < 2; time++) {
      expect(check(certificate)).toEqual(checkCertificate(certificate));
      expect(check(damaged)).toEqual(checkCertificate(damaged));
      expect(check(randomBytes(260)).outcome).toBe('not-self-issued');
    }
  });

  it('forget the oldest rather than grow', async () => {
    const check = createKnownCertificates();
    const party = await createParty(libsignalEngine);
    const issued = Array.from(
      { length: 600 },
      () => libsignalEngine.issueCertificate(party.local).certificate,
    );
    for (const certificate of issued) expect(check(certificate).outcome).toBe('valid');
    for (const certificate of issued) expect(check(certificate).outcome).toBe('valid');
  });
});
