import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { replaceFile } from '@sotto/files';
import { StorageNodeError } from '../errors.ts';

/** PEM, as a TLS server takes them. */
export interface Certificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;

/** Nobody checks it: layers and links prove the node's own key. It may outlive the machine. */
const LIFETIME = 20 * 365 * DAY;

/**
 * The node's self-signed certificate. Throws StorageNodeError `no-node` when `createCertificate` never ran, and
 * `damaged-data` when what it made is no certificate with its key any more.
 */
export function readCertificate(folder: string): Certificate {
  const pair = readFiles(folder);
  try {
    createSecureContext({ cert: pair.certificate, key: pair.privateKey });
  } catch (error) {
    throw new StorageNodeError(
      'damaged-data',
      'certificate.pem or certificate-key.pem is damaged; remove both and run `sotto node init` again',
      { cause: error },
    );
  }
  return pair;
}

function readFiles(folder: string): Certificate {
  try {
    return {
      certificate: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
      privateKey: readFileSync(join(folder, 'certificate-key.pem'), 'utf8'),
    };
  } catch (error) {
    throw new StorageNodeError(
      'no-node',
      'this folder holds no storage node; make one with `sotto node init`',
      {
        cause: error,
      },
    );
  }
}

/** What whoever was given it knows the certificate by: SHA-256 of its public key, in base64url. */
export function pinOf({ certificate }: Certificate): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64url');
}

/** Make the certificate of a data folder, once. It names nothing that would tell nodes from other servers. */
export async function createCertificate(folder: string): Promise<void> {
  const path = join(folder, 'certificate.pem');
  if (existsSync(path)) return;
  // Only here: a starting node should not pay for a library that it does not use.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + LIFETIME),
  });
  const secret = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  replaceFile(join(folder, 'certificate-key.pem'), `${x509.PemConverter.encode(secret, 'PRIVATE KEY')}\n`);
  replaceFile(path, `${certificate.toString('pem')}\n`);
}
