import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { FORM_LIFETIME } from '../src/constants.ts';
import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { read } from '../src/testing/upload.ts';
import { ask, pour } from './_http.ts';
import { beginPost, fieldsOf, frame, post } from './_post-form.ts';
import { Serving } from './_serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-post-'));
let blobs: BlobStore;
let serving: Serving;
let server: Server;
let count = 0;

beforeAll(async () => {
  blobs = await openFolderBlobs({ folder, cap: 32 * 1024 * 1024 });
  serving = new Serving({ blobs, pace: { bytes: 1_024, within: 300 } });
  server = await serving.listen();
});

afterAll(() => {
  expect(serving.failures).toEqual([]);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const formFor = (maxLength: number, key = `profiles/${count++}`, now = Date.now()) =>
  serving.forms.create({ key, maxLength, now });

describe('uploads by POST', () => {
  it('are stored under exactly the key of the form', async () => {
    const file = randomBytes(300_000);
    const form = formFor(300_000, 'stickers/00ff/full/7');
    expect((await post(serving.url, fieldsOf(form), file)).status).toBe(204);
    expect((await read(blobs, 'stickers/00ff/full/7')).equals(file)).toBe(true);
    const download = await ask('GET', `${serving.url}/stickers/00ff/full/7`);
    expect(download.body.equals(file)).toBe(true);
  });

  it('are made by browsers and other programs too', async () => {
    const form = formFor(100);
    const body = new FormData();
    for (const [name, value] of Object.entries(fieldsOf(form))) body.set(name, value);
    body.set('file', new Blob(['abc']), 'avatar.png');
    expect((await fetch(`${serving.url}/`, { method: 'POST', body })).status).toBe(204);
    expect(await read(blobs, form.key)).toEqual(Buffer.from('abc'));
  });

  it('take no more room than the file has', async () => {
    const { bytes } = blobs.use();
    const form = formFor(1_000_000);
    await post(serving.url, fieldsOf(form), Buffer.from('abc'));
    expect(blobs.use().bytes).toBe(bytes + 3);
  });

  it('are kept only while somebody wants them: when they begin, and still when they are whole', async () => {
    const answers = [false, true, false, true, true];
    const choosy = new Serving({ blobs, isWanted: async () => answers.shift() ?? false });
    const own = await choosy.listen();
    const statuses = [];
    const keys = ['profiles/unwanted', 'profiles/replaced', 'profiles/wanted'];
    for (const key of keys) {
      const form = choosy.forms.create({ key, maxLength: 9, now: Date.now() });
      statuses.push((await post(choosy.url, fieldsOf(form), Buffer.from('abc'))).status);
    }
    expect(statuses).toEqual([403, 403, 204]);
    const found = await Promise.all(keys.map(async (key) => (await blobs.find(key)).outcome));
    expect(found).toEqual(['absent', 'absent', 'finished']);
    own.closeAllConnections();
    own.close();
  });

  it('may be sent again, and change nothing that is there', async () => {
    const form = formFor(100);
    expect((await post(serving.url, fieldsOf(form), Buffer.from('abc'))).status).toBe(204);
    expect((await post(serving.url, fieldsOf(form), Buffer.from('abc'))).status).toBe(204);
    for (const other of ['abd', 'ab', 'abcd', 'x'.repeat(101)]) {
      expect((await post(serving.url, fieldsOf(form), Buffer.from(other))).status).toBe(409);
    }
    expect(await read(blobs, form.key)).toEqual(Buffer.from('abc'));
  });

  it('leave nothing when they break off, and can be begun anew', async () => {
    const form = formFor(1_000_000);
    const before = blobs.use();
    const { head } = frame(fieldsOf(form));
    const { sent } = beginPost(serving.url, 500_000);
    await pour(Buffer.concat([head, Buffer.alloc(100_000)]), sent);
    await expect
      .poll(async () => (await blobs.find(form.key)).outcome, { timeout: 10_000 })
      .toBe('unfinished');
    sent.destroy();
    await expect.poll(async () => (await blobs.find(form.key)).outcome, { timeout: 10_000 }).toBe('absent');
    await expect.poll(() => blobs.use()).toEqual(before);
    expect((await post(serving.url, fieldsOf(form), Buffer.from('abc'))).status).toBe(204);
  });

  it('that are too slow are ended', async () => {
    const form = formFor(1_000_000);
    const { head } = frame(fieldsOf(form));
    const { sent, answer } = beginPost(serving.url, 500_000);
    await pour(Buffer.concat([head, Buffer.alloc(100)]), sent);
    expect((await answer).status).toBe(408);
    expect(await blobs.find(form.key)).toEqual({ outcome: 'absent' });
  });

  it.each([
    ['too short', 0, 400],
    ['too long', 101, 413],
    ['far too long', 600_000, 413],
  ])('of a file that is %s are refused', async (_, length, status) => {
    const form = formFor(100);
    expect((await post(serving.url, fieldsOf(form), Buffer.alloc(length))).status).toBe(status);
    expect(await blobs.find(form.key)).toEqual({ outcome: 'absent' });
  });

  it('are refused when the store is full', async () => {
    const form = formFor(64 * 1024 * 1024);
    expect((await post(serving.url, fieldsOf(form), Buffer.from('abc'))).status).toBe(507);
  });

  it('are refused with another key, a form that has expired, or no form', async () => {
    const form = formFor(100);
    const other = { ...fieldsOf(form), key: 'profiles/another' };
    expect((await post(serving.url, other, Buffer.from('abc'))).status).toBe(403);
    const old = formFor(100, 'profiles/old', Date.now() - FORM_LIFETIME);
    expect((await post(serving.url, fieldsOf(old), Buffer.from('abc'))).status).toBe(403);
    expect((await post(serving.url, {}, Buffer.from('abc'))).status).toBe(403);
    for (const key of ['profiles/..', '../profiles/a', 'profiles/a~b', 'profiles']) {
      const escaping = formFor(100, key);
      expect((await post(serving.url, fieldsOf(escaping), Buffer.from('abc'))).status).toBe(403);
    }
  });

  it.each([
    ['another type', { 'Content-Type': 'text/plain' }, 'abc'],
    ['no boundary', { 'Content-Type': 'multipart/form-data' }, 'abc'],
    ['nothing of the boundary', { 'Content-Type': 'multipart/form-data; boundary=x' }, 'abc'],
    [
      'no file',
      { 'Content-Type': 'multipart/form-data; boundary=x' },
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    ],
    [
      'half a part',
      { 'Content-Type': 'multipart/form-data; boundary=x' },
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
    ],
  ])('with %s are no forms', async (_, headers, body) => {
    const answer = await ask('POST', `${serving.url}/`, { headers, body: Buffer.from(body) });
    expect(answer.status).toBe(400);
  });

  it('may have parts that have no name', async () => {
    const form = formFor(100);
    const nameless = Buffer.from(
      '--sotto-tests-boundary\r\nContent-Disposition: form-data;\u0080name="a"\r\n\r\nb\r\n',
    );
    const { head, tail } = frame(fieldsOf(form));
    const body = Buffer.concat([nameless, head, Buffer.from('abc'), tail]);
    const { sent, answer } = beginPost(serving.url, body.length);
    sent.end(body);
    expect((await answer).status).toBe(204);
  });

  it('hold neither a field that is too long nor too many of them', async () => {
    const form = formFor(100);
    const long = { ...fieldsOf(form), more: 'x'.repeat(100_000) };
    expect((await post(serving.url, long, Buffer.from('abc'))).status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, 'x']));
    expect((await post(serving.url, { ...many, ...fieldsOf(form) }, Buffer.from('abc'))).status).toBe(400);
  });

  it('that end in the middle of the file are refused', async () => {
    const form = formFor(100);
    const { head } = frame(fieldsOf(form));
    const body = Buffer.concat([head, Buffer.from('abc')]);
    const { sent, answer } = beginPost(serving.url, body.length);
    sent.end(body);
    expect((await answer).status).toBe(400);
    expect(await blobs.find(form.key)).toEqual({ outcome: 'absent' });
  });

  it('are POST and nothing else', async () => {
    expect(await ask('PUT', `${serving.url}/`)).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});
