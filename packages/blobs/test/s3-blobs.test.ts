import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { asBytes } from '@sotto/bytes';
import { type SwiftServer, startSwift } from '@sotto/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { SEGMENT_BYTES, UPLOAD_LIFETIME } from '../src/constants.ts';
import { listObjects } from '../src/s3/list-objects.ts';
import { openS3Blobs } from '../src/s3/open-s3-blobs.ts';
import { S3Client, type S3Options } from '../src/s3/s3-client.ts';
import { S3Layout } from '../src/s3/s3-layout.ts';
import { blobStoreSuite } from '../src/testing/blob-store-suite.ts';
import { makeBucket } from '../src/testing/make-bucket.ts';
import { read, sourceOf, upload } from '../src/testing/upload.ts';
import { ask, begin, offsetOf, pour, tusHeaders, uploadAtOnce } from './_http.ts';
import { Serving } from './_serve.ts';

const CAP = 1024 * 1024 * 1024;

/** A server, and a bucket of it. */
async function start(): Promise<{ readonly swift: SwiftServer; readonly options: S3Options }> {
  const swift = await startSwift();
  const options = { ...swift, bucket: 'sotto' };
  await makeBucket(options);
  return { swift, options };
}

describe('in OpenStack Swift, by its S3 API', () => {
  let swift: SwiftServer;
  let options: S3Options;

  beforeAll(async () => {
    ({ swift, options } = await start());
  });

  afterAll(() => swift.stop());

  blobStoreSuite(async () => {
    const prefix = `${randomUUID()}/`;
    return {
      open: (cap) => openS3Blobs({ ...options, prefix, cap }),
      remove: async () => undefined,
    };
  });

  describe('an S3 store', () => {
    const key = 'attachments/a';
    let prefix: string;
    let blobs: BlobStore;
    let client: S3Client;

    beforeEach(async () => {
      prefix = `${randomUUID()}/`;
      client = new S3Client(options);
      blobs = await openS3Blobs({ ...options, prefix, cap: CAP });
    });

    afterEach(() => {
      client.close();
      blobs.close();
    });

    const names = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const { name } of listObjects(client, prefix)) found.push(name.slice(prefix.length));
      return found;
    };
    const put = (object: string, body = new Uint8Array(0)) =>
      client.send({ method: 'PUT', object: `${prefix}${object}`, body });

    it('keeps an upload in no more pieces than its length needs', async () => {
      const bytes = randomBytes(2 * SEGMENT_BYTES + 1_000);
      await blobs.create(key, { length: bytes.length, createdAt: Date.now() });
      const ends = [1, 2, 1_000, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, bytes.length];
      let at = 0;
      for (const end of ends) {
        const part = sourceOf(bytes.subarray(at, end), 50_000);
        expect(await blobs.append(key, at, part)).toEqual({ outcome: 'appended', offset: end });
        at = end;
      }
      expect((await names()).filter((name) => name.includes('~s'))).toHaveLength(3);
      await blobs.finish(key);
      expect((await read(blobs, key)).equals(bytes)).toBe(true);
      expect(await names()).toEqual([`blobs/${key}`]);
    });

    it('goes on with the newest upload of a key, and takes nothing of an older one into it', async () => {
      const layout = new S3Layout('');
      const older = layout.newUpload(key, Date.now() - 1_000);
      await put(layout.terms(older, { length: 3, createdAt: older.createdAt }));
      await put(layout.segment(older, 0), Buffer.from('abc'));
      const newer = layout.newUpload(key, Date.now());
      await put(layout.terms(newer, { length: 3, createdAt: newer.createdAt }));
      expect(await blobs.find(key)).toMatchObject({ outcome: 'unfinished', offset: 0 });
      await blobs.append(key, 0, sourceOf(Buffer.from('xyz')));
      await blobs.finish(key);
      expect(await read(blobs, key)).toEqual(Buffer.from('xyz'));
      expect(await names()).toEqual([`blobs/${key}`]);
    });

    it('counts no piece behind a gap', async () => {
      const layout = new S3Layout('');
      const cut = layout.newUpload(key, Date.now());
      await put(layout.terms(cut, { length: 9, createdAt: cut.createdAt }));
      await put(layout.segment(cut, 0), Buffer.from('abc'));
      await put(layout.segment(cut, 6), Buffer.from('ghi'));
      expect(await blobs.find(key)).toMatchObject({ outcome: 'unfinished', offset: 3 });
      await blobs.append(key, 3, sourceOf(Buffer.from('defghi')));
      await blobs.finish(key);
      expect(await read(blobs, key)).toEqual(Buffer.from('abcdefghi'));
    });

    it('removes what a crash has left, when it is old', async () => {
      const layout = new S3Layout('');
      await upload(blobs, key, Buffer.from('abc'));
      const left = layout.newUpload(key, Date.now());
      await put(layout.segment(left, 0), Buffer.from('abc'));
      await put(layout.terms(left, { length: 3, createdAt: left.createdAt }));
      await put(layout.segment(layout.newUpload('attachments/b', Date.now()), 0), Buffer.from('b'));
      await put('something else');
      expect(await blobs.find(key)).toMatchObject({ outcome: 'finished', size: 3 });
      await blobs.expire(Date.now() + UPLOAD_LIFETIME + 1_000);
      expect((await names()).toSorted()).toEqual([`blobs/${key}`, 'something else']);
      expect(await read(blobs, key)).toEqual(Buffer.from('abc'));
    });

    it('leaves no object of what has the wrong checksum', async () => {
      const sha256 = asBytes(createHash('sha256').update('another').digest());
      const bytes = randomBytes(SEGMENT_BYTES + 10);
      await blobs.create(key, { length: bytes.length, createdAt: Date.now(), sha256 });
      await blobs.append(key, 0, sourceOf(bytes));
      expect(await blobs.finish(key)).toEqual({ outcome: 'wrong-checksum' });
      expect(await names()).toEqual([]);
    });

    it('counts what others put there at its next look', async () => {
      const other = await openS3Blobs({ ...options, prefix, cap: CAP });
      await upload(other, key, Buffer.alloc(1_000));
      await other.create('attachments/b', { length: 500, createdAt: Date.now() });
      expect(blobs.use()).toEqual({ blobs: 0, bytes: 0 });
      await blobs.expire(Date.now());
      expect(blobs.use()).toEqual({ blobs: 1, bytes: 1_500 });
      other.close();
    });

    it('is opened with a bucket and credentials that are good, or not at all', async () => {
      const wrong = { ...options.credentials, secretAccessKey: 'another' };
      const open = (more: object) => openS3Blobs({ ...options, prefix, cap: CAP, ...more });
      await expect(open({ credentials: wrong })).rejects.toMatchObject({
        code: 'refused',
        message: expect.not.stringContaining('another'),
      });
      await expect(open({ bucket: 'none' })).rejects.toMatchObject({ code: 'refused' });
      for (const settings of [
        { prefix: '/a/' },
        { prefix: '../' },
        { prefix: 'a' },
        { endpoint: 'http://h/b' },
      ]) {
        await expect(open(settings)).rejects.toMatchObject({ code: 'bad-settings' });
      }
    });

    it('serves uploads that break off, and downloads with ranges', async () => {
      const serving = new Serving({ blobs });
      const server = await serving.listen();
      const bytes = randomBytes(3 * SEGMENT_BYTES);
      const form = await serving.form(bytes.length);
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      const { sent } = begin('POST', form.signedUploadLocation, {
        ...tusHeaders(form, { 'Upload-Length': bytes.length, 'Content-Length': bytes.length }),
        'x-signal-checksum-sha256': sha256,
      });
      await pour(bytes.subarray(0, SEGMENT_BYTES + 1_000), sent);
      await expect.poll(async () => (await names()).some((name) => name.includes('~s'))).toBe(true);
      sent.destroy();
      const at = await offsetOf(form);
      expect(at).toBeGreaterThanOrEqual(SEGMENT_BYTES);
      const headers = tusHeaders(form, { 'Upload-Offset': at });
      const url = `${form.signedUploadLocation}/${form.key}`;
      expect((await ask('PATCH', url, { headers, body: bytes.subarray(at) })).status).toBe(204);
      const range = `bytes=${SEGMENT_BYTES - 5}-${SEGMENT_BYTES + 4}`;
      const part = await ask('GET', `${serving.url}/attachments/${form.key}`, { headers: { range } });
      expect(part).toMatchObject({
        status: 206,
        headers: { 'content-range': `${range.replace('=', ' ')}/${bytes.length}` },
      });
      expect(part.body.equals(bytes.subarray(SEGMENT_BYTES - 5, SEGMENT_BYTES + 5))).toBe(true);
      const whole = await ask('GET', `${serving.url}/attachments/${form.key}`);
      expect(whole.body.equals(bytes)).toBe(true);
      expect(serving.failures).toEqual([]);
      server.close();
    });
  });

  it('is said not to answer when it is gone, and uploads go on when it is back', async () => {
    const { swift: mortal, options: there } = await start();
    const blobs = await openS3Blobs({ ...there, prefix: '', cap: CAP });
    const serving = new Serving({ blobs });
    const server = await serving.listen();
    const form = await serving.form(10);
    await uploadAtOnce(form, Buffer.from('01234'), { 'Upload-Length': 10 });
    expect(await offsetOf(form)).toBe(5);
    await mortal.kill();
    const url = `${form.signedUploadLocation}/${form.key}`;
    const answer = await ask('HEAD', url, { headers: tusHeaders(form) });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
    expect(serving.failures).toEqual([expect.objectContaining({ name: 'BlobsError', code: 'unreachable' })]);
    await mortal.start();
    expect(await offsetOf(form)).toBe(5);
    const headers = tusHeaders(form, { 'Upload-Offset': 5 });
    expect((await ask('PATCH', url, { headers, body: Buffer.from('56789') })).status).toBe(204);
    expect(await read(blobs, `attachments/${form.key}`)).toEqual(Buffer.from('0123456789'));
    server.close();
    blobs.close();
    await mortal.stop();
  });
});
