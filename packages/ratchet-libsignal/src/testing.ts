/**
 * What this package reads of strangers and of its own store, for those who test that reading alone, and seals that an
 * honest client cannot make.
 */
export { checkCertificate } from './certificate.ts';
export { decodeKeyRow, encodeKeyRow } from './key-row.ts';
export { encodeSealContent } from './seal-content.ts';
export { forgeCertificate, forgeSeal, sealContent } from './testing/forge-seal.ts';
