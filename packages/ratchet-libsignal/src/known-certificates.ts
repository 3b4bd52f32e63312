import type { Bytes } from '@sotto/bytes';
import { type CertificateCheck, checkCertificate } from './certificate.ts';

/** Accounts one talks to in a while, times their devices; a certificate has about 260 bytes. */
const MOST = 512;

/** Checks certificates, and checks none twice that it has lately found valid. */
export type CheckCertificate = (certificate: Bytes) => CertificateCheck;

/**
 * A sender shows the same certificate in every seal, and its two signatures cost a tenth of opening one.
 * The memory is by the whole certificate and of valid ones only, so it can answer nothing that the check
 * would not.
 */
export function createKnownCertificates(): CheckCertificate {
  const valid = new Map<string, CertificateCheck>();
  return (certificate) => {
    const name = Buffer.from(certificate.buffer, certificate.byteOffset, certificate.length).toString(
      'latin1',
    );
    const known = valid.get(name);
    if (known !== undefined) return known;
    const checked = checkCertificate(certificate);
    if (checked.outcome !== 'valid') return checked;
    if (valid.size >= MOST) valid.delete(valid.keys().next().value as string);
    valid.set(name, checked);
    return checked;
  };
}
