import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { startRelay } from '@sotto/relay';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSotto } from '../src/run-sotto.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-renewal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cert = (): string => join(folder, 'cert.pem');
const key = (): string => join(folder, 'key.pem');

/** A certificate of one and the same key, another for each host, as a relay makes its own. */
async function issue(host: string): Promise<void> {
  const data = join(folder, 'issuer');
  const issuer = await startRelay({ data, listen: { host, port: 0 }, registration: 'invite' });
  await issuer.close();
  copyFileSync(join(data, 'tls', 'certificate.pem'), cert());
  copyFileSync(join(data, 'tls', 'key.pem'), key());
}

/** The number of the certificate that a new connection sees. */
function seen(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

it('a relay shows its renewed certificate after SIGHUP, and says so', async () => {
  await issue('127.0.0.1');
  const line = ['relay', 'serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--json'];
  const relay = startSotto([...line, '--tls-cert', cert(), '--tls-key', key()]);
  if (relay.stdout === null || relay.stderr === null) throw new Error('no output');
  const said: string[] = [];
  createInterface({ input: relay.stderr }).on('line', (one) => said.push(one));
  const [ready] = await once(createInterface({ input: relay.stdout }), 'line');
  const port = Number(new URL((JSON.parse(String(ready)) as { url: string }).url).port);
  const first = await seen(port);
  await issue('127.0.0.2');
  relay.kill('SIGHUP');
  await expect.poll(() => said).toContain('relay certificate-renewed');
  expect(await seen(port)).not.toBe(first);
  relay.kill('SIGTERM');
  const [code] = await once(relay, 'exit');
  expect(code).toBe(0);
});
