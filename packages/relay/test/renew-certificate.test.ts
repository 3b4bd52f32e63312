import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownCertificate } from '../src/tls/relay-certificate.ts';
import { RawSocket } from './_raw-client.ts';
import { createTestRelay, speakHttp, type TestRelay } from './_test-relay.ts';

let folder: string;
let files: { cert: string; key: string };
let relay: TestRelay;

/** Make a certificate for the key of a folder, anew each time, and put it where the relay's is. */
async function issue(whose: string): Promise<void> {
  const at = join(folder, whose, 'tls');
  rmSync(join(at, 'certificate.pem'), { force: true });
  await ownCertificate(join(folder, whose), '127.0.0.1');
  copyFileSync(join(at, 'certificate.pem'), files.cert);
  copyFileSync(join(at, 'key.pem'), files.key);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-renewal-'));
  files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await issue('one');
  relay = await createTestRelay({ tls: files });
});
afterEach(async () => {
  speakHttp(1);
  await relay.dispose();
  rmSync(folder, { recursive: true });
});

/** The number of the certificate that a new connection sees, by either version of HTTP. */
function seen(protocol = 'http/1.1'): Promise<string> {
  const where = { host: '127.0.0.1', port: relay.port, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, ALPNProtocols: [protocol] }, () => {
      const { serialNumber } = socket.getPeerCertificate();
      const agreed = socket.alpnProtocol;
      socket.destroy();
      if (agreed === protocol) resolve(serialNumber);
      else reject(new Error(`agreed on ${agreed}`));
    });
    socket.on('error', reject);
  });
}

const totals = () => relay.relay.events.totals();

it('a renewed certificate is seen by who connects, while open sockets go on', async () => {
  const first = await seen();
  const sockets: RawSocket[] = [];
  for (const version of [1, 2] as const) {
    speakHttp(version);
    sockets.push(await RawSocket.open(relay));
  }
  relay.relay.renewCertificate();
  expect(await seen()).toBe(first);
  await issue('one');
  expect(await seen()).toBe(first);
  relay.relay.renewCertificate();
  const second = await seen();
  expect(second).not.toBe(first);
  expect(await seen('h2')).toBe(second);
  expect(totals()['certificate-renewed']).toBe(1);
  for (const socket of sockets) {
    expect((await socket.request({ id: 1n, verb: 'GET', path: '/v1/keepalive' })).status).toBe(200);
    socket.close();
  }
});

it('what cannot be used is not taken, and told each time somebody asks', async () => {
  const first = await seen();
  for (const spoil of [
    () => writeFileSync(files.cert, 'no certificate'),
    () => rmSync(files.cert),
    // The certificate has come, and its key has not yet.
    async () => {
      await issue('another');
      copyFileSync(join(folder, 'one', 'tls', 'key.pem'), files.key);
    },
  ]) {
    await spoil();
    relay.relay.renewCertificate();
    expect(await seen()).toBe(first);
  }
  expect(totals()['certificate-unusable']).toBe(3);
  await issue('one');
  relay.relay.renewCertificate();
  expect(await seen()).not.toBe(first);
});

it('another key is not taken, since every URL that was given out names the old one', async () => {
  const first = await seen();
  await issue('another');
  relay.relay.renewCertificate();
  expect(await seen()).toBe(first);
  expect(totals()).toMatchObject({ 'certificate-of-another-key': 1 });
  expect(totals()['certificate-renewed']).toBeUndefined();
});
