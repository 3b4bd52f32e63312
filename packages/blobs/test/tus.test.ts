import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { TOKEN_LIFETIME, UPLOAD_LIFETIME } from '../src/constants.ts';
import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { read } from '../src/testing/upload.ts';
import type { AttachmentForm } from '../src/tokens/create-attachment-form.ts';
import { ask, begin, offsetOf, pour, tusHeaders, uploadAtOnce } from './_http.ts';
import { Serving } from './_serve.ts';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'sotto-tus-'));
let blobs: BlobStore;
let serving: Serving;
let server: Server;
let now = Date.now();

beforeAll(async () => {
  blobs = await openFolderBlobs({ folder, cap: 256 * MIB });
  serving = new Serving({ blobs, now: () => now, pace: { bytes: 1_024, within: 300 } });
  server = await serving.listen();
});

beforeEach(() => {
  now = Date.now();
});

afterAll(() => {
  expect(serving.failures).toEqual([]);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const urlOf = (form: AttachmentForm): string => `${form.signedUploadLocation}/${form.key}`;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
const stored = (form: AttachmentForm): Promise<Buffer> => read(blobs, `attachments/${form.key}`);
const patch = (form: AttachmentForm, offset: number, body: Uint8Array, more = {}) =>
  ask('PATCH', urlOf(form), { headers: tusHeaders(form, { 'Upload-Offset': offset, ...more }), body });

/** What is written of an upload, acknowledged or not. */
function bytesOnDisk(form: AttachmentForm): number {
  const place = join(folder, 'uploads', `attachments~${form.key}`);
  return readdirSync(place).reduce((sum, name) => sum + statSync(join(place, name)).size, 0);
}

/** Where to go on, as a client does: what HEAD says, or from 0 after another creation, once the way is free. */
async function resume(form: AttachmentForm, length: number): Promise<number> {
  for (;;) {
    const told = await ask('HEAD', urlOf(form), { headers: tusHeaders(form) });
    if (told.status === 200) return Number(told.headers['upload-offset']);
    const created = await uploadAtOnce(form, Buffer.alloc(0), { 'Upload-Length': length });
    if (created.status === 201) return 0;
    expect(created.status).toBe(423);
  }
}

describe('uploads by TUS', () => {
  it('come in one request, and lie where clients look for them', async () => {
    const bytes = randomBytes(300_000);
    const form = await serving.form(bytes.length);
    const answer = await uploadAtOnce(form, bytes, {
      'x-signal-checksum-sha256': sha256(bytes),
      // As Signal's client for iOS has it.
      'Upload-Offset': 0,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'upload-offset': '300000',
      location: `/upload/attachments/${form.key}`,
      'tus-resumable': '1.0.0',
    });
    expect((await stored(form)).equals(bytes)).toBe(true);
    expect(await offsetOf(form)).toBe(bytes.length);
    const download = await ask('GET', `${serving.url}/attachments/${form.key}`);
    expect(download.status).toBe(200);
    expect(download.body.equals(bytes)).toBe(true);
  });

  it('are created without a byte, and continued', async () => {
    const form = await serving.form(10);
    const headers = { ...form.headers, 'Tus-Resumable': '1.0.0', 'Upload-Length': 10 };
    const created = await ask('POST', form.signedUploadLocation, { headers });
    expect(created).toMatchObject({ status: 201, headers: { 'upload-offset': '0' } });
    const expires = new Date(Math.floor((now + UPLOAD_LIFETIME) / 1000) * 1000).toUTCString();
    expect(created.headers['upload-expires']).toBe(expires);
    expect(await offsetOf(form)).toBe(0);
    const first = await patch(form, 0, Buffer.from('01234'));
    expect(first).toMatchObject({
      status: 204,
      headers: { 'upload-offset': '5', 'upload-expires': expires },
    });
    // Signal's client for Android says the length again.
    const last = await patch(form, 5, Buffer.from('56789'), { 'Upload-Length': 10 });
    expect(last).toMatchObject({ status: 204, headers: { 'upload-offset': '10' } });
    expect(last.headers['upload-expires']).toBeUndefined();
    expect(await stored(form)).toEqual(Buffer.from('0123456789'));
  });

  it('may be of nothing', async () => {
    const form = await serving.form(0);
    expect((await uploadAtOnce(form, Buffer.alloc(0))).status).toBe(201);
    expect(await stored(form)).toEqual(Buffer.alloc(0));
  });

  it('are the same bytes however they are cut, broken off and resumed', async () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 0, max: 200_000 }), hangUp: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (parts) => {
        const bytes = randomBytes(parts.reduce((sum, { size }) => sum + size, 0) + 1);
        const form = await serving.form(bytes.length);
        const create = begin('POST', form.signedUploadLocation, {
          ...tusHeaders(form, { 'Upload-Length': bytes.length, 'Content-Length': bytes.length }),
        });
        await pour(bytes.subarray(0, parts[0]?.size), create.sent);
        create.sent.destroy();
        let at = await resume(form, bytes.length);
        for (const { size, hangUp } of [...parts, { size: bytes.length, hangUp: false }]) {
          const part = bytes.subarray(at, at + size);
          const length = hangUp ? bytes.length - at : part.length;
          const headers = tusHeaders(form, { 'Upload-Offset': at, 'Content-Length': length });
          const { sent, answer } = begin('PATCH', urlOf(form), headers);
          await pour(part, sent);
          if (hangUp) sent.destroy();
          else sent.end();
          const status = await answer.then(
            (answered) => answered.status,
            () => undefined,
          );
          // Nobody hung up, so that only a request that came before and is not known to be dead may be in the way.
          if (!hangUp) expect([204, 409, 423]).toContain(status);
          at = await resume(form, bytes.length);
        }
        while (at < bytes.length) {
          await patch(form, at, bytes.subarray(at));
          at = await resume(form, bytes.length);
        }
        expect((await stored(form)).equals(bytes)).toBe(true);
      }),
      { numRuns: 12, seed: 7 },
    );
  });

  it('are not mixed when two write at once: the second is told so', async () => {
    const form = await serving.form(10);
    await uploadAtOnce(form, Buffer.alloc(0), { 'Upload-Length': 10 });
    const first = begin('PATCH', urlOf(form), tusHeaders(form, { 'Upload-Offset': 0, 'Content-Length': 10 }));
    first.sent.write('01234');
    await expect
      .poll(async () => (await patch(form, 0, Buffer.from('xxxxx'))).status, { timeout: 10_000 })
      .toBe(423);
    first.sent.end('56789');
    expect((await first.answer).status).toBe(204);
    expect(await stored(form)).toEqual(Buffer.from('0123456789'));
  });

  it('are taken over by whoever asks how far they are', async () => {
    const form = await serving.form(10);
    await uploadAtOnce(form, Buffer.alloc(0), { 'Upload-Length': 10 });
    const first = begin('PATCH', urlOf(form), tusHeaders(form, { 'Upload-Offset': 0, 'Content-Length': 10 }));
    first.sent.write('01234');
    await expect.poll(() => bytesOnDisk(form), { timeout: 10_000 }).toBe(5);
    expect(await offsetOf(form)).toBe(5);
    expect((await first.answer).status).toBe(409);
    expect((await patch(form, 5, Buffer.from('56789'))).status).toBe(204);
    expect(await stored(form)).toEqual(Buffer.from('0123456789'));
  });

  it('that are too slow are ended, and can be resumed', async () => {
    const form = await serving.form(10_000);
    const bytes = randomBytes(10_000);
    const slow = begin('POST', form.signedUploadLocation, {
      ...tusHeaders(form, { 'Upload-Length': 10_000, 'Content-Length': 10_000 }),
    });
    slow.sent.write(bytes.subarray(0, 500));
    expect(await slow.answer).toMatchObject({ status: 408, headers: { 'upload-offset': '500' } });
    expect((await patch(form, 500, bytes.subarray(500))).status).toBe(204);
    expect((await stored(form)).equals(bytes)).toBe(true);
  });

  it('begin anew when they are created again', async () => {
    const form = await serving.form(100);
    await uploadAtOnce(form, Buffer.from('01234'), { 'Upload-Length': 100 });
    expect(await offsetOf(form)).toBe(5);
    expect((await uploadAtOnce(form, Buffer.from('abc'))).status).toBe(201);
    expect(await stored(form)).toEqual(Buffer.from('abc'));
    expect((await uploadAtOnce(form, Buffer.from('xyz'))).status).toBe(409);
    expect(await stored(form)).toEqual(Buffer.from('abc'));
    // An answer was lost, and the last request comes again.
    expect((await patch(form, 3, Buffer.alloc(0))).status).toBe(204);
    expect((await patch(form, 0, Buffer.from('xyz'))).status).toBe(409);
  });

  it('are finished by the next who asks, if a crash came before the end', async () => {
    const form = await serving.form(3);
    const key = `attachments/${form.key}`;
    await blobs.create(key, { length: 3, createdAt: now });
    await blobs.append(
      key,
      0,
      (async function* () {
        yield Buffer.from('abc');
      })(),
    );
    expect((await blobs.find(key)).outcome).toBe('unfinished');
    expect(await offsetOf(form)).toBe(3);
    expect(await stored(form)).toEqual(Buffer.from('abc'));
  });

  it('come over HTTP/2 too', async () => {
    const h2 = createHttp2Server((request, response) => void serving.serve({ request, response }));
    await new Promise<void>((resolve) => h2.listen(0, '127.0.0.1', resolve));
    const session = connect(`http://127.0.0.1:${(h2.address() as AddressInfo).port}`);
    const bytes = randomBytes(300_000);
    const form = await serving.form(bytes.length);
    const head = {
      ...form.headers,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
    };
    const created = session.request({
      ':method': 'POST',
      ':path': '/upload/attachments',
      ...head,
      'upload-length': String(bytes.length),
    });
    created.end(bytes);
    const status = await new Promise((resolve) =>
      created.on('response', (headers) => resolve(headers[':status'])),
    );
    expect(status).toBe(201);
    const download = session.request({ ':path': `/attachments/${form.key}` });
    const chunks: Buffer[] = [];
    for await (const chunk of download) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    session.close();
    h2.close();
  });
});

describe('refusals of TUS', () => {
  it('tells its version, its limits and what it can', async () => {
    const answer = await ask('OPTIONS', `${serving.url}/upload/attachments`);
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'tus-version': '1.0.0',
        'tus-extension': 'creation,creation-with-upload,expiration',
        'tus-max-size': String(100 * MIB),
      },
    });
  });

  it.each([
    ['another version', { 'Tus-Resumable': '0.2.2' }, 412],
    ['no token', { Authorization: '' }, 401],
    ['a token of nobody', { Authorization: 'Bearer a.b.c' }, 401],
    ['no length', { 'Upload-Length': '' }, 400],
    ['a length that is none', { 'Upload-Length': '-1' }, 400],
    ['a length that is no whole number', { 'Upload-Length': '1e3' }, 400],
    ['a checksum that is none', { 'x-signal-checksum-sha256': 'AAAA' }, 400],
    ['more than the form allows', { 'Upload-Length': '11' }, 413],
    ['another type', { 'Content-Type': 'text/plain' }, 415],
    ['the name of another', { 'Upload-Metadata': 'filename YWFhYQ==' }, 403],
    ['metadata that is none', { 'Upload-Metadata': 'filename ***' }, 403],
  ])('creates nothing with %s', async (_, more, status) => {
    const form = await serving.form(10);
    const answer = await uploadAtOnce(form, Buffer.from('0123456789'), more);
    expect(answer.status).toBe(status);
    expect(answer.body.length).toBeGreaterThan(10);
    expect(answer.headers['tus-resumable']).toBe('1.0.0');
    expect(await blobs.find(`attachments/${form.key}`)).toEqual({ outcome: 'absent' });
  });

  it('takes no more than is allowed, whatever a token says', async () => {
    const small = new Serving({ blobs, maxLength: 5 });
    const listening = await small.listen();
    const form = await small.form(1_000);
    expect((await uploadAtOnce(form, Buffer.from('012345'))).status).toBe(413);
    listening.close();
  });

  it('takes nothing with a form that has expired, and none of another’s upload', async () => {
    const form = await serving.form(10, now - TOKEN_LIFETIME - 1_000);
    expect((await uploadAtOnce(form, Buffer.from('abc'))).status).toBe(401);
    const [mine, theirs] = [await serving.form(10), await serving.form(10)];
    await uploadAtOnce(theirs, Buffer.from('abc'), { 'Upload-Length': 10 });
    const headers = tusHeaders(mine, { 'Upload-Offset': 3 });
    expect((await ask('PATCH', urlOf(theirs), { headers, body: Buffer.from('x') })).status).toBe(403);
    expect((await ask('HEAD', urlOf(theirs), { headers })).status).toBe(403);
    expect(await offsetOf(theirs)).toBe(3);
  });

  it.each([
    ['at another offset', { 'Upload-Offset': 3 }, 409],
    ['at no offset', { 'Upload-Offset': 'here' }, 400],
    ['of another type', { 'Content-Type': 'application/octet-stream' }, 415],
    ['with another length', { 'Upload-Length': 11 }, 400],
  ])('appends nothing %s', async (_, more, status) => {
    const form = await serving.form(10);
    await uploadAtOnce(form, Buffer.from('0123'), { 'Upload-Length': 10 });
    const answer = await patch(form, 4, Buffer.from('4'), more);
    expect(answer.status).toBe(status);
    expect(await offsetOf(form)).toBe(4);
  });

  it('appends no more than was announced, told before or not', async () => {
    const form = await serving.form(10);
    await uploadAtOnce(form, Buffer.from('0123'), { 'Upload-Length': 10 });
    expect((await patch(form, 4, Buffer.alloc(7))).status).toBe(413);
    expect(await offsetOf(form)).toBe(4);
    const { sent, answer } = begin('PATCH', urlOf(form), tusHeaders(form, { 'Upload-Offset': 4 }));
    sent.write('456789');
    sent.end('too much');
    expect((await answer).status).toBe(413);
  });

  it('knows no upload that was not created, and says which has expired', async () => {
    const form = await serving.form(10);
    expect((await patch(form, 0, Buffer.from('x'))).status).toBe(404);
    expect((await ask('HEAD', urlOf(form), { headers: tusHeaders(form) })).status).toBe(404);
    await uploadAtOnce(form, Buffer.from('0123'), { 'Upload-Length': 10 });
    const signed = await serving.tokens.sign({ key: form.key, maxLength: 10 }, now + UPLOAD_LIFETIME);
    const later = { ...form, headers: { ...form.headers, Authorization: `Bearer ${signed}` } };
    now += UPLOAD_LIFETIME;
    expect((await ask('HEAD', urlOf(form), { headers: tusHeaders(later) })).status).toBe(410);
    expect((await patch(later, 4, Buffer.from('4'))).status).toBe(410);
  });

  it('drops what has not the checksum that was announced', async () => {
    const form = await serving.form(10);
    const wrong = { 'x-signal-checksum-sha256': sha256(Buffer.from('another')) };
    // Signal's clients begin anew at this status.
    expect((await uploadAtOnce(form, Buffer.from('0123456789'), wrong)).status).toBe(415);
    expect(await blobs.find(`attachments/${form.key}`)).toEqual({ outcome: 'absent' });
  });

  it('says that the store is full before a byte is read', async () => {
    const form = await serving.form(100 * MIB);
    const { bytes } = blobs.use();
    const keys = ['one', 'two'].map((name) => `attachments/${name}`);
    for (const key of keys) await blobs.create(key, { length: 100 * MIB, createdAt: now });
    expect(blobs.use().bytes).toBe(bytes + 200 * MIB);
    const answer = await uploadAtOnce(form, Buffer.from('0123'), { 'Upload-Length': 100 * MIB });
    expect(answer).toMatchObject({ status: 507, body: Buffer.from('the store is full\n') });
    for (const key of keys) await blobs.remove(key);
  });

  it.each(['DELETE', 'GET', 'PUT'])('has no %s', async (method) => {
    const form = await serving.form(10);
    const answer = await ask(method, urlOf(form), { headers: tusHeaders(form) });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'OPTIONS, HEAD, PATCH' } });
  });

  it.each(['..', '../x', '%2e%2e', '.', 'a/b', 'a~b'])(
    'knows no key %j, even with a token for it',
    async (key) => {
      const token = await serving.tokens.sign({ key, maxLength: 10 }, now);
      const form = { ...(await serving.form(10)), key, headers: { Authorization: `Bearer ${token}` } };
      const created = await uploadAtOnce(form, Buffer.from('x'));
      expect(created.status).toBe(key === 'a/b' ? 201 : 403);
    },
  );
});
