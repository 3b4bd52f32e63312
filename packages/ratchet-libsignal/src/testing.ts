/** What this package reads of strangers and of its own store, for those who test that reading alone. */
export { checkCertificate } from './certificate.ts';
export { decodeKeyRow, encodeKeyRow } from './key-row.ts';
