import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509';
import { asBytes, type Bytes } from '@sotto/bytes';
import { afterEach } from 'vitest';

cryptoProvider.set(webcrypto);

export interface Credential {
  readonly key: string;
  readonly cert: string;
  readonly pin: Bytes;
}

/** A self-signed certificate for `localhost`, or for another name. */
export async function makeCredential(name = 'localhost'): Promise<Credential> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey));
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
    pin: asBytes(createHash('sha256').update(spki).digest()),
  };
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** Ended, with every connection, after the test. */
function track(server: Server | TcpServer): void {
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (stream) => open.add(stream));
  running.push(async () => {
    for (const stream of open) stream.destroy();
    await new Promise((done) => server.close(done));
  });
}

/** Listen on a free port. */
export async function listen(server: Server | TcpServer, host = '127.0.0.1'): Promise<number> {
  track(server);
  await new Promise<void>((done) => server.listen(0, host, done));
  return (server.address() as AddressInfo).port;
}
