import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { asBytes, type Bytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { replaceFile } from '@sotto/files';
import { DAY } from '../constants.ts';
import { RelayError } from '../errors.ts';

/** What the HTTPS server is given, and what clients pin. */
export interface RelayCertificate {
  /** PEM chain. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
  /** SHA-256 of the certificate's SubjectPublicKeyInfo: `#key=` of the relay's URL. */
  readonly key: Bytes;
}

/** Where an operator has a certificate: PEM, the chain and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Clients check the key, not the dates, so the certificate may outlive a machine. */
const LIFETIME = 10 * 365 * DAY;
const RENEW_BEFORE = 365 * DAY;

/** Use certificate and key files of the operator. Throws RelayError `bad-certificate`. */
export function readCertificate(files: CertificateFiles): RelayCertificate {
  try {
    const certificate = readFileSync(files.cert, 'utf8');
    const privateKey = readFileSync(files.key, 'utf8');
    return checked({ certificate, privateKey, key: keyOf(certificate) });
  } catch (error) {
    throw new RelayError('bad-certificate', 'the certificate or its key cannot be read', { cause: error });
  }
}

/**
 * The relay's own certificate, made at the first start and kept in `<data>/tls`: a P-256 key under a
 * private root. The key stays for good, since every URL given out names it; the certificate is made
 * again when it is about to end or the host is new. `root.der` is for clients that can trust a root
 * but pin no key. Throws RelayError `damaged-data`.
 */
export async function ownCertificate(data: string, host: string): Promise<RelayCertificate> {
  const folder = join(data, 'tls');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, name);
  try {
    if (!existsSync(path('key.pem')) || !existsSync(path('root.der'))) await createRootAndKey(path);
    const privateKey = readFileSync(path('key.pem'), 'utf8');
    const certificate = existsSync(path('certificate.pem'))
      ? readFileSync(path('certificate.pem'), 'utf8')
      : '';
    if (isGood(certificate, host)) return checked({ certificate, privateKey, key: keyOf(certificate) });
    const renewed = await createLeaf(path, host);
    return checked({ certificate: renewed, privateKey, key: keyOf(renewed) });
  } catch (error) {
    throw new RelayError('damaged-data', 'the relay’s own certificate cannot be read or made', {
      cause: error,
    });
  }
}

/** A key that is damaged, or of another certificate, is told of here and not by the server in OpenSSL's words. */
function checked(certificate: RelayCertificate): RelayCertificate {
  createSecureContext({ cert: certificate.certificate, key: certificate.privateKey });
  return certificate;
}

function keyOf(pem: string): Bytes {
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return sha256(asBytes(spki));
}

function isGood(pem: string, host: string): boolean {
  if (pem === '') return false;
  const certificate = new X509Certificate(pem);
  const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  return named !== undefined && Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE;
}

/** The leaf's key and a root; the root's key is kept so that the leaf can be made again under it. */
async function createRootAndKey(path: (name: string) => string): Promise<void> {
  const rootKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const leafKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Sotto relay root',
    keys: rootKeys,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  replaceFile(path('root-key.pem'), await toPem(rootKeys.privateKey));
  replaceFile(path('key.pem'), await toPem(leafKeys.privateKey));
  replaceFile(path('root.der'), new Uint8Array(root.rawData));
}

async function createLeaf(path: (name: string) => string, host: string): Promise<string> {
  const rootKey = await fromPem(path('root-key.pem'));
  const leafKey = await fromPem(path('key.pem'));
  const root = new x509.X509Certificate(readFileSync(path('root.der')));
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=Sotto relay',
    issuer: root.subject,
    signingKey: rootKey,
    publicKey: await publicOf(leafKey),
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(namesFor(host)),
    ],
  });
  const pem = `${leaf.toString('pem')}\n${root.toString('pem')}\n`;
  replaceFile(path('certificate.pem'), pem);
  return pem;
}

function namesFor(host: string): x509.JsonGeneralNames {
  const names: x509.JsonGeneralNames = [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ];
  if (names.some(({ value }) => value === host)) return names;
  return [...names, { type: isIP(host) === 0 ? 'dns' : 'ip', value: host }];
}

/** Begins a day early, for clients whose clock is behind. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + LIFETIME) };
}

async function toPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function fromPem(file: string): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(readFileSync(file, 'utf8'));
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}

async function publicOf(key: webcrypto.CryptoKey): Promise<webcrypto.CryptoKey> {
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', key);
  const jwk = { kty, crv, x, y } as webcrypto.JsonWebKey;
  return webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['verify']);
}
