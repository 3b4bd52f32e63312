import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseInvite } from '@sotto/identity';
import { startRelay } from '@sotto/relay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/free-port.ts';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { startTlsProxy, type TlsProxy } from '../src/tls-proxy.ts';
import { randomText } from '../src/world.ts';

/** `relay serve --tls-by-proxy`: the certificate is a reverse proxy's, and clients go by who vouches for it. */

describe('a relay behind a proxy with a certificate that an authority has signed', () => {
  let folder: string;
  let proxy: TlsProxy;
  let relay: Running;
  let authority: string;
  let trusting: { readonly env: Record<string, string> };
  const at = (label: string) => ['--profile', join(folder, label)];
  const publicUrl = () => `https://localhost:${proxy.port}`;
  const invite = async () =>
    String((await sottoJson(['relay', 'invite', '--data', join(folder, 'relay')]))['invite']);
  const newcomer = async (label: string, ticket: string) => {
    const create = ['account', 'create', ...at(label), '--name', label, '--invite', ticket];
    return String((await sottoJson(create, trusting))['account_id']);
  };
  const receive = async (label: string) => {
    const done = await runSotto(['receive', ...at(label), '--timeout', '20', '--json'], trusting);
    expect(done.code, done.stderr).toBe(0);
    return linesOf(done.stdout).map((message) => message['text']);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sotto-by-proxy-'));
    const tls = await issue(folder);
    authority = tls.authority;
    await writeFile(join(folder, 'authority.pem'), authority);
    trusting = { env: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') } };
    const upstream = await freePort();
    proxy = await startTlsProxy({ tls, upstream, seenAs: '203.0.113.7' });
    relay = await startUntilReady([
      ...['relay', 'serve', '--data', join(folder, 'relay'), '--listen', `127.0.0.1:${upstream}`],
      ...['--tls-by-proxy', '--public', publicUrl()],
    ]);
  });
  afterAll(async () => {
    await relay?.stop('SIGKILL');
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says an address without a key, and two people who trust that authority write to each other', async () => {
    expect(relay.ready).toMatchObject({ url: publicUrl(), key: '' });
    const first = String(relay.ready['invite']);
    expect(parseInvite(first).relay).toEqual({ url: publicUrl() });
    await newcomer('alice', first);
    const bob = await newcomer('bob', await invite());
    const [hello, answer, again] = [randomText(), randomText(), randomText()];
    const sent = await sottoJson(['send', ...at('alice'), '--to', bob, hello], trusting);
    expect(sent).toMatchObject({ road: 'relay', state: 'sent' });
    expect(await receive('bob')).toEqual([hello]);
    await sottoJson(['contacts', 'accept', 'alice', ...at('bob')], trusting);
    await sottoJson(['send', ...at('bob'), '--to', 'alice', answer], trusting);
    expect(await receive('alice')).toEqual([answer]);
    await sottoJson(['send', ...at('alice'), '--to', 'bob', again], trusting);
    expect(await receive('bob')).toEqual([again]);
    expect(proxy.upgraded).toBeGreaterThan(0);
    const doctor = await runSotto(['doctor', ...at('alice'), '--json'], trusting);
    expect(doctor.code, doctor.stdout).toBe(0);
  });

  it('is told nothing by who does not trust that authority, who is told why', async () => {
    const before = proxy.upgraded;
    const ticket = await invite();
    const create = ['account', 'create', ...at('carol'), '--name', 'carol', '--invite', ticket];
    expect(await refusal(create)).toEqual({ code: 1, error: 'untrusted-relay' });
    const send = ['send', ...at('alice'), '--to', 'bob', '--timeout', '5', '--json', randomText()];
    const waiting = await runSotto(send);
    expect(waiting.code, waiting.stderr).toBe(3);
    expect(waiting.stdout).toContain('No known authority vouches');
    const doctor = await runSotto(['doctor', ...at('alice')]);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('authority')]);
    expect(proxy.upgraded).toBe(before);
    // Nothing of it was used up.
    await newcomer('carol', ticket);
  });

  it('counts for the address that the proxy has seen, whatever the client says of itself', async () => {
    const ask = (claimed: string) => statusOf(publicUrl(), authority, claimed);
    const statuses = new Set<number>();
    for (let count = 0; count < 31; count++) statuses.add(await ask(`198.51.100.${count}`));
    expect(statuses).toEqual(new Set([400, 429]));
  });
});

/** What a relay makes for itself: a certificate of `localhost`, signed by an authority of its own (PEM). */
async function issue(folder: string) {
  const data = join(folder, 'issuer');
  await (await startRelay({ data, listen: { host: 'localhost', port: 0 }, registration: 'invite' })).close();
  const read = (name: string) => readFile(join(data, 'tls', name));
  return {
    cert: String(await read('certificate.pem')),
    key: String(await read('key.pem')),
    authority: new X509Certificate(await read('root.der')).toString(),
  };
}

/** What a registration that says nothing is answered with. */
function statusOf(origin: string, ca: string, claimed: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': claimed, 'content-type': 'application/json' };
    const asking = request(`${origin}/v1/registration`, { method: 'POST', ca, headers, agent: false });
    asking.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end('{}');
  });
}
