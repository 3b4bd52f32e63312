import { createHash, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { toBase64, utf8 } from '@sotto/bytes';
import { parseInvite } from '@sotto/identity';
import { formatMessageList } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import type { RelayOptions } from '../src/relay-options.ts';
import { startRelay } from '../src/start-relay.ts';
import { registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, until } from './_test-relay.ts';

let folder: string;
let options: RelayOptions;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-relay-'));
  options = { data: join(folder, 'data'), listen: { host: '127.0.0.1', port: 0 }, registration: 'invite' };
});
afterEach(() => rmSync(folder, { recursive: true }));

function keyServedAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const spki = new X509Certificate(socket.getPeerCertificate().raw).publicKey.export({
        type: 'spki',
        format: 'der',
      });
      socket.destroy();
      resolve(createHash('sha256').update(spki).digest('base64url'));
    });
    socket.on('error', reject);
  });
}

describe('starting', () => {
  it('names in its URL the key it serves with, the same after a restart', async () => {
    const first = await startRelay(options);
    const { port, hash } = new URL(first.url);
    expect(hash).toBe(`#key=${await keyServedAt(Number(port))}`);
    await first.close();
    const second = await startRelay(options);
    expect(new URL(second.url).hash).toBe(hash);
    await second.close();
  });

  it('keeps its folder and every file in it to its user', async () => {
    const relay = await startRelay(options);
    expect(statSync(options.data).mode & 0o077).toBe(0);
    const files = readdirSync(options.data, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(5);
    const open = files.filter(
      ({ parentPath, name }) => (statSync(join(parentPath, name)).mode & 0o077) !== 0,
    );
    expect(open.map(({ name }) => name)).toEqual([]);
    await relay.close();
  });

  it('has a certificate for the host it listens on, under its own root', async () => {
    const relay = await startRelay({ ...options, listen: { host: '127.0.0.2', port: 0 } });
    const tls = join(options.data, 'tls');
    const leaf = new X509Certificate(readFileSync(join(tls, 'certificate.pem')));
    const root = new X509Certificate(readFileSync(join(tls, 'root.der')));
    expect(leaf.checkIssued(root)).toBe(true);
    expect(['127.0.0.2', '127.0.0.1', '::1'].map((ip) => leaf.checkIP(ip) !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
    expect(leaf.checkHost('localhost')).toBe('localhost');
    await relay.close();
  });

  it('takes the operator’s certificate, and refuses one it cannot read', async () => {
    const own = await startRelay(options);
    await own.close();
    const tls = {
      cert: join(options.data, 'tls', 'certificate.pem'),
      key: join(options.data, 'tls', 'key.pem'),
    };
    const relay = await startRelay({
      ...options,
      data: join(folder, 'other'),
      tls,
      publicUrl: 'https://relay.example',
    });
    expect(relay.url).toBe(`https://relay.example${new URL(own.url).hash}`);
    await relay.close();
    const missing = { cert: join(folder, 'none.pem'), key: tls.key };
    await expect(startRelay({ ...options, tls: missing })).rejects.toMatchObject({ code: 'bad-certificate' });
    const ofAnother = { cert: tls.cert, key: join(options.data, 'tls', 'root-key.pem') };
    await expect(startRelay({ ...options, tls: ofAnother })).rejects.toMatchObject({
      code: 'bad-certificate',
    });
    writeFileSync(tls.key, readFileSync(tls.key, 'utf8').replace('MIG', 'MIO'));
    await expect(startRelay(options)).rejects.toMatchObject({ code: 'damaged-data' });
  });

  it('serves plain http on loopback only', async () => {
    const relay = await startRelay({ ...options, tls: 'none' });
    expect(relay.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
    const reply = await fetch(`${relay.url}/v1/keepalive`);
    expect(reply.status).toBe(200);
    await relay.close();
    const exposed = startRelay({ ...options, tls: 'none', listen: { host: '0.0.0.0', port: 0 } });
    await expect(exposed).rejects.toMatchObject({ code: 'not-loopback' });
  });

  it('tells of a proxy before it by its address alone, also in invites', async () => {
    const publicUrl = 'https://Relay.example:443/';
    const relay = await startRelay({ ...options, tls: 'none', publicUrl });
    expect([relay.url, relay.key]).toEqual(['https://relay.example', undefined]);
    const { invite } = await createInvite({ data: options.data });
    expect(parseInvite(invite).relay).toEqual({ url: 'https://relay.example' });
    await relay.close();
  });

  it.each([
    'http://127.0.0.1:8080',
    'relay.example',
    'https://relay.example/sotto',
    `https://relay.example#key=${'A'.repeat(43)}`,
    'https://me:secret@relay.example',
  ])('tells nobody to dial %s', async (publicUrl) => {
    const refused = startRelay({ ...options, tls: 'none', publicUrl });
    await expect(refused).rejects.toMatchObject({
      code: 'bad-public-url',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('refuses a folder that is being served, a port that is taken, and damaged secrets', async () => {
    const relay = await startRelay(options);
    await expect(startRelay(options)).rejects.toMatchObject({ code: 'in-use' });
    const taken = { host: '127.0.0.1', port: Number(new URL(relay.url).port) };
    const other = { ...options, data: join(folder, 'other'), listen: taken };
    await expect(startRelay(other)).rejects.toMatchObject({ code: 'cannot-listen' });
    await relay.close();
    writeFileSync(join(options.data, 'secrets.json'), '{"zk_params":"AAAA"}');
    const damaged = startRelay(options);
    await expect(damaged).rejects.toMatchObject({ code: 'damaged-data' });
    await expect(damaged).rejects.not.toThrow(/AAAA/);
  });

  it('leaves a folder that is being served as it is, and makes its own private', async () => {
    mkdirSync(options.data);
    chmodSync(options.data, 0o755);
    const relay = await startRelay(options);
    expect(statSync(options.data).mode & 0o777).toBe(0o700);
    const certificate = () => readFileSync(join(options.data, 'tls', 'certificate.pem'), 'utf8');
    const before = certificate();
    const elsewhere = startRelay({ ...options, listen: { host: '127.0.0.2', port: 0 } });
    await expect(elsewhere).rejects.toMatchObject({ code: 'in-use' });
    expect(certificate()).toBe(before);
    await relay.close();
  });

  it.each(['0.0.0.0', '::', '0', '0:0::0'])(
    'listens on %s only when told what clients dial',
    async (host) => {
      const all = { ...options, listen: { host, port: 0 } };
      await expect(startRelay(all)).rejects.toMatchObject({
        code: 'needs-public-url',
        message: expect.stringContaining('--public https://HOST'),
      });
      expect(existsSync(options.data)).toBe(false);
    },
  );

  it('tells clients the public address when it listens on all', async () => {
    const all = { ...options, listen: { host: '0.0.0.0', port: 0 }, publicUrl: 'https://relay.example' };
    const relay = await startRelay(all);
    expect(relay.url).toMatch(/^https:\/\/relay\.example#key=/);
    await relay.close();
  });

  it('refuses a folder with other files and leaves it as it is', async () => {
    mkdirSync(options.data);
    chmodSync(options.data, 0o755);
    writeFileSync(join(options.data, 'package.json'), '{}');
    await expect(startRelay(options)).rejects.toMatchObject({ code: 'bad-data-folder' });
    expect(readdirSync(options.data)).toEqual(['package.json']);
    expect(statSync(options.data).mode & 0o777).toBe(0o755);
    const file = { ...options, data: join(options.data, 'package.json') };
    await expect(startRelay(file)).rejects.toMatchObject({ code: 'bad-data-folder' });
  });

  it('takes the root of a file system, what a kill left behind, and its own folder again', async () => {
    mkdirSync(join(options.data, 'lost+found'), { recursive: true });
    writeFileSync(join(options.data, 'secrets.json.new'), '');
    for (let start = 0; start < 2; start++) {
      const relay = await startRelay(options);
      await relay.close();
    }
    expect(statSync(options.data).mode & 0o777).toBe(0o700);
  });

  it('is fresh until an invite was made, however often a start failed', async () => {
    const other = await startRelay({ ...options, data: join(folder, 'other') });
    const taken = { host: '127.0.0.1', port: Number(new URL(other.url).port) };
    await expect(startRelay({ ...options, listen: taken })).rejects.toMatchObject({ code: 'cannot-listen' });
    await other.close();
    const first = await startRelay(options);
    expect(first.fresh).toBe(true);
    await first.close();
    const second = await startRelay(options);
    expect(second.fresh).toBe(true);
    await createInvite({ data: options.data });
    await second.close();
    const third = await startRelay(options);
    expect(third.fresh).toBe(false);
    await third.close();
  });

  it('is not fresh once somebody has an account', async () => {
    const open = await createTestRelay();
    expect(open.relay.fresh).toBe(true);
    await registered(open);
    const again = await open.restart();
    expect(again.relay.fresh).toBe(false);
    await again.dispose();
  });

  it('makes invites only where a relay has been', async () => {
    await expect(createInvite({ data: options.data })).rejects.toMatchObject({ code: 'no-relay' });
    const relay = await startRelay(options);
    await relay.close();
    expect((await createInvite({ data: options.data })).invite).toMatch(/^sotto:\/\/invite\?relay=https/);
  });
});

describe('stopping', () => {
  it('at once says nothing but that it has started and stopped', async () => {
    const lines: string[] = [];
    const relay = await startRelay({ ...options, log: (line) => lines.push(line) });
    await relay.close();
    // What housekeeping had begun ends in the turns that follow.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(['relay started', 'relay stopped']);
  });

  it('answers what it has begun, then closes its sockets', async () => {
    const relay = await createTestRelay();
    const bob = await registered(relay);
    const socket = await RawSocket.open(relay, { authorization: bob.authorization });
    const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: utf8('x') };
    const list = { messages: [message], timestamp: 1, online: false, urgent: true };
    const sends = Array.from({ length: 20 }, () =>
      ask(relay, {
        verb: 'PUT',
        path: `/v1/messages/${bob.aciText}`,
        headers: { 'unidentified-access-key': toBase64(bob.accessKey) },
        json: formatMessageList(list),
      }).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await until(() => (relay.relay.events.totals()['message-stored'] ?? 0) > 0, 'the first is stored');
    await relay.relay.close();
    await until(() => socket.closed !== undefined, 'the socket is closed');
    expect(socket.closed).toBe(1001);
    const statuses = await Promise.all(sends);
    const acknowledged = statuses.filter((status) => status === 200).length;
    const again = await relay.restart();
    const reader = await RawSocket.open(again, { authorization: bob.authorization });
    const messages = () => reader.pushes().filter(({ path }) => path === '/api/v1/message');
    await until(() => messages().length >= acknowledged, 'everything acknowledged is there');
    expect(statuses.every((status) => [200, 503, 0].includes(status))).toBe(true);
    reader.close();
    await again.dispose();
  });
});
