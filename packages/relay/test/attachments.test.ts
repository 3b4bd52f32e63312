import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, type Bytes, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { parseAttachmentForm, parseJson, parseRelayInfo } from '@sotto/protocol';
import { DefaultHttpStack, Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibsignalWorld, type LibsignalWorld } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';
import { askForm, download, formFor, tusHeaders, uploadAtOnce } from './_uploads.ts';

const MOST = 100 * 1024 * 1024;

let world: LibsignalWorld;
let relay: TestRelay;
let alice: Newcomer;
beforeAll(async () => {
  world = await createLibsignalWorld();
  relay = world.relay;
  alice = await registered(relay);
});
afterAll(async () => {
  expect(relay.relay.events.totals()['internal-error']).toBeUndefined();
  await world.dispose();
});

const bodyOf = ({ body }: { readonly body: Bytes }) => Buffer.from(body);

describe('an attachment', () => {
  it('goes up by the form that the official client asks for, with the TUS project’s own client, and comes down', async () => {
    const person = await world.newPerson();
    const chat = await world.connect(person, new MailListener());
    const bytes = Buffer.from(randomBytes(700_000));
    const form = await chat.getUploadForm({ uploadSize: BigInt(bytes.length) });
    expect(form.cdn).toBe(3);
    expect(form.key).toMatch(/^[A-Za-z0-9_-]{20}$/);
    expect(form.signedUploadUrl.href).toBe(`https://127.0.0.1:${relay.port}/upload/attachments`);

    const agent = new Agent({ rejectUnauthorized: false });
    const url = await new Promise<string>((resolve, reject) => {
      const upload = new Upload(bytes, {
        endpoint: form.signedUploadUrl.href,
        headers: { Authorization: form.headers.get('Authorization') ?? '' },
        metadata: { filename: form.key },
        chunkSize: 300_000,
        retryDelays: null,
        httpStack: new DefaultHttpStack({ agent }),
        onError: reject,
        onSuccess: () => resolve(upload.url ?? ''),
      });
      upload.start();
    });
    agent.destroy();
    expect(url).toBe(`${form.signedUploadUrl.href}/${form.key}`);

    const whole = await download(relay, `attachments/${form.key}`);
    expect(whole.status).toBe(200);
    expect(bodyOf(whole).equals(bytes)).toBe(true);
    const part = await download(relay, `attachments/${form.key}`, { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 10-19/700000');
    expect(bodyOf(part).equals(bytes.subarray(10, 20))).toBe(true);
    await chat.disconnect();
  });

  it('of more than a relay takes has no form, and the official client says so', async () => {
    const chat = await world.connect(await world.newPerson(), new MailListener());
    await expect(chat.getUploadForm({ uploadSize: BigInt(MOST + 1) })).rejects.toMatchObject({
      code: expect.anything(),
      name: 'UploadTooLarge',
    });
    await chat.disconnect();
    expect((await askForm(relay, alice, MOST + 1)).body).toHaveLength(0);
    const info = parseRelayInfo(parseJson((await ask(relay, { verb: 'GET', path: '/v1/sotto/relay' })).body));
    expect(info.maxAttachmentBytes).toBe(MOST);
  });

  it('without a length has a form for the longest', async () => {
    const form = parseAttachmentForm(parseJson((await askForm(relay, alice)).body));
    const headers = tusHeaders(form, { 'upload-length': String(MOST) });
    const created = await ask(relay, { verb: 'POST', path: '/upload/attachments', headers });
    expect(created.status).toBe(201);
  });

  it.each(['0', '-1', '1.5', 'x', '', '1e3', '9'.repeat(16)])(
    'of the length %j has no form',
    async (length) => {
      const { status, body } = await askForm(relay, alice, length);
      expect([status, body.length]).toEqual([400, 0]);
    },
  );

  it('needs a login for its form and the form’s token for its bytes', async () => {
    expect((await ask(relay, { verb: 'GET', path: '/v4/attachments/form/upload' })).status).toBe(401);
    const socket = await RawSocket.open(relay);
    const refused = await socket.request({ id: 1n, verb: 'GET', path: '/v4/attachments/form/upload' });
    expect(refused.status).toBe(401);
    socket.close();

    const form = await formFor(relay, alice, 10);
    const headers = tusHeaders(form, { 'upload-length': '10' });
    const own = { ...headers, Authorization: alice.authorization };
    expect((await ask(relay, { verb: 'POST', path: '/upload/attachments', headers: own })).status).toBe(401);
    const elsewhere = `/upload/attachments/${'A'.repeat(20)}`;
    expect((await ask(relay, { verb: 'HEAD', path: elsewhere, headers })).status).toBe(403);
    expect((await uploadAtOnce(relay, form, randomBytes(11))).status).toBe(413);
    expect((await uploadAtOnce(relay, form, randomBytes(10))).status).toBe(201);
    expect((await uploadAtOnce(relay, form, randomBytes(10))).status).toBe(409);
  });

  it('that is not there yet, or never was, is not found', async () => {
    const form = await formFor(relay, alice, 10);
    const headers = tusHeaders(form, { 'upload-length': '10' });
    expect((await ask(relay, { verb: 'POST', path: '/upload/attachments', headers })).status).toBe(201);
    expect((await download(relay, `attachments/${form.key}`)).status).toBe(404);
    for (const key of ['attachments/x', 'attachments/', 'attachments/..%2fx', 'attachments/../relay.db']) {
      expect((await download(relay, key)).status).toBe(404);
    }
    expect((await ask(relay, { verb: 'PUT', path: '/attachments/x' })).status).toBe(405);
    expect((await ask(relay, { verb: 'GET', path: '/' })).status).toBe(404);
  });

  it('tells the relay’s time like every other answer', async () => {
    for (const path of ['/attachments/x', '/upload/attachments']) {
      expect((await ask(relay, { verb: 'GET', path })).headers.get('x-signal-timestamp')).toMatch(/^\d+$/);
    }
  });
});

describe('how much somebody uploads', () => {
  it('is limited by forms, whatever they are for, and by bytes', async () => {
    const now = Date.now();
    const still = await createTestRelay({ now: () => now });
    const bob = await registered(still);
    const statuses = [];
    for (let asked = 0; asked < 50; asked++) statuses.push((await askForm(still, bob, 1)).status);
    expect(statuses).toEqual(Array(50).fill(200));
    const tooMany = await askForm(still, bob, 1);
    expect([tooMany.status, tooMany.headers.get('retry-after')]).toEqual([429, '2']);

    const carol = await registered(still);
    for (let asked = 0; asked < 10; asked++) expect((await askForm(still, carol, MOST)).status).toBe(200);
    const { status, headers, body } = await askForm(still, carol, MOST);
    expect([status, body.length]).toEqual([429, 0]);
    // 76 MiB are missing, and a byte is back every microsecond.
    expect(headers.get('retry-after')).toBe('80');
    await still.dispose();
  });
});

describe('a relay', () => {
  it('refuses before a byte when it has no room, and says so', async () => {
    const small = await createTestRelay({ blobs: { limit: 1_000 } });
    const dave = await registered(small);
    const first = await formFor(small, dave, 600);
    const second = await formFor(small, dave, 600);
    expect((await uploadAtOnce(small, first, randomBytes(600))).status).toBe(201);
    // Given out while there was room.
    expect((await uploadAtOnce(small, second, randomBytes(600))).status).toBe(507);
    const refused = await askForm(small, dave, 600);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '60']);
    expect((await askForm(small, dave, 300)).status).toBe(200);
    await small.dispose();
  });

  it('with no room for files at all answers 404, and says so to clients', async () => {
    const bare = await createTestRelay({ blobs: { place: { kind: 'none' } } });
    const erin = await registered(bare);
    expect((await askForm(bare, erin, 1)).status).toBe(404);
    for (const path of ['/upload/attachments', '/attachments/x', '/stickers/x/full/1', '/profiles/x']) {
      expect((await ask(bare, { verb: 'HEAD', path })).status).toBe(404);
    }
    const info = parseRelayInfo(parseJson((await ask(bare, { verb: 'GET', path: '/v1/sotto/relay' })).body));
    expect(info.maxAttachmentBytes).toBeUndefined();
    expect(readdirSync(bare.data)).not.toContain('blobs');
    await bare.dispose();
  });

  it('keeps what was uploaded over a restart, and forgets it after 45 days', async () => {
    let now = Date.now();
    let own = await createTestRelay({ now: () => now });
    const fay = await registered(own);
    const form = await formFor(own, fay, 5);
    expect((await uploadAtOnce(own, form, utf8('hello'))).status).toBe(201);
    own = await own.restart();
    expect(bodyOf(await download(own, `attachments/${form.key}`)).toString()).toBe('hello');
    now += 46 * 24 * 60 * 60 * 1000;
    own = await own.restart();
    await until(() => own.relay.events.totals()['blobs-expired'] === 1, 'it is removed');
    expect((await download(own, `attachments/${form.key}`)).status).toBe(404);
    await own.dispose();
  });

  it('that stops cuts an upload, which goes on where it was after the next start', async () => {
    let own = await createTestRelay();
    const gus = await registered(own);
    const bytes = Buffer.from(randomBytes(400_000));
    const form = await formFor(own, gus, bytes.length);
    const headers = tusHeaders(form, { 'upload-length': String(bytes.length) });
    const half = httpsRequest({
      host: '127.0.0.1',
      port: own.port,
      method: 'POST',
      path: '/upload/attachments',
      headers: { ...headers, 'content-length': bytes.length },
      rejectUnauthorized: false,
    });
    const hungUp = new Promise((resolve) => half.once('error', resolve));
    half.write(bytes.subarray(0, 200_000));
    const file = join(own.data, 'blobs', 'uploads', `attachments~${form.key}`);
    const written = () =>
      (existsSync(file) ? readdirSync(file) : []).map((name) => statSync(join(file, name)).size);
    await until(() => written().some((size) => size > 100_000), 'the upload is under way');
    const started = performance.now();
    own = await own.restart();
    await hungUp;
    // It is cut, and not waited for until the end of the relay's patience, which is 8 s.
    expect(performance.now() - started).toBeLessThan(7_000);

    const path = `/upload/attachments/${form.key}`;
    const told = await ask(own, { verb: 'HEAD', path, headers: tusHeaders(form) });
    const offset = Number(told.headers.get('upload-offset'));
    expect(offset).toBeGreaterThan(0);
    const rest = await ask(own, {
      verb: 'PATCH',
      path,
      headers: tusHeaders(form, { 'upload-offset': String(offset) }),
      body: asBytes(bytes.subarray(offset)),
    });
    expect(rest.status).toBe(204);
    expect(bodyOf(await download(own, `attachments/${form.key}`)).equals(bytes)).toBe(true);
    await own.dispose();
  });

  it('gives its uploads places of their own, so that one address that takes all it can holds up no message', async () => {
    const own = await createTestRelay({ tls: 'none' });
    const statuses: number[] = [];
    const held = Array.from({ length: 300 }, () => {
      const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1_000 };
      const request = httpRequest({ host: '127.0.0.1', port: own.port, method: 'POST', path: '/', headers });
      request.on('response', ({ statusCode = 0 }) => statuses.push(statusCode));
      request.on('error', () => undefined);
      request.flushHeaders();
      return request;
    });
    // Of 512 places one address has half.
    await until(() => statuses.length === 300 - 256, 'those beyond its share are refused');
    expect(new Set(statuses)).toEqual(new Set([429]));
    const { status } = await fetch(`${own.relay.url}/v1/keepalive`);
    expect(status).toBe(200);
    for (const request of held) request.destroy();
    await until(async () => (await fetch(`${own.relay.url}/attachments/x`)).status === 404, 'they have gone');
    await own.dispose();
  });

  it('shares no folder of blobs with another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-blobs-'));
    const blobs = { place: { kind: 'folder', folder } } as const;
    const own = await createTestRelay({ blobs });
    await expect(createTestRelay({ blobs })).rejects.toMatchObject({
      code: 'bad-blobs',
      message: expect.stringContaining('another process'),
    });
    await own.dispose();
    const again = await createTestRelay({ blobs });
    await again.dispose();
    rmSync(folder, { recursive: true });
  });
});
