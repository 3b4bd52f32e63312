import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { upload } from '../src/testing/upload.ts';
import { ask } from './_http.ts';
import { Serving } from './_serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-downloads-'));
const bytes = randomBytes(200_000);
let blobs: BlobStore;
let serving: Serving;
let server: Server;
let url: string;

beforeAll(async () => {
  blobs = await openFolderBlobs({ folder, cap: 64 * 1024 * 1024 });
  serving = new Serving({ blobs, pace: { bytes: 1024 * 1024, within: 500 } });
  server = await serving.listen();
  url = `${serving.url}/attachments/whole`;
  await upload(blobs, 'attachments/whole', bytes);
  await upload(blobs, 'attachments/nothing', Buffer.alloc(0));
});

afterAll(() => {
  expect(serving.failures).toEqual([]);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('downloads', () => {
  it('are all of a blob, with what keeps browsers from making anything of it', async () => {
    const answer = await ask('GET', url);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '200000',
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    // Nobody is told when somebody uploaded.
    expect(answer.headers['last-modified']).toBeUndefined();
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1000-1999', 1_000, 2_000],
    ['bytes=199999-', 199_999, 200_000],
    ['bytes=150000-999999', 150_000, 200_000],
    ['bytes=-7', 199_993, 200_000],
  ])('are parts, %s', async (range, from, to) => {
    const answer = await ask('GET', url, { headers: { range } });
    expect(answer).toMatchObject({
      status: 206,
      headers: { 'content-range': `bytes ${from}-${to - 1}/200000`, 'content-length': String(to - from) },
    });
    expect(answer.body.equals(bytes.subarray(from, to))).toBe(true);
  });

  it('begin nowhere behind the end', async () => {
    const answer = await ask('GET', url, { headers: { range: 'bytes=200000-' } });
    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */200000' } });
    const nothing = `${serving.url}/attachments/nothing`;
    expect((await ask('GET', nothing, { headers: { range: 'bytes=0-' } })).status).toBe(416);
    expect(await ask('GET', nothing)).toMatchObject({ status: 200, headers: { 'content-length': '0' } });
  });

  it.each(['bytes=0-1,5-6', 'bytes=5-2', 'lines=1-2', 'bytes=a-'])(
    'are whole for the range %s',
    async (range) => {
      const answer = await ask('GET', url, { headers: { range } });
      expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '200000' } });
    },
  );

  it('go on only with what they began with', async () => {
    const { etag = '' } = (await ask('GET', url)).headers;
    const part = (condition: string) =>
      ask('GET', url, { headers: { range: 'bytes=5-9', 'if-range': condition } });
    expect((await part(etag)).status).toBe(206);
    for (const other of ['"another"', `W/${etag}`, 'Mon, 30 Nov 2026 03:47:54 GMT']) {
      expect((await part(other)).status).toBe(200);
    }
    for (const known of [etag, `"x", ${etag}`, `W/${etag}`]) {
      const answer = await ask('GET', url, { headers: { 'if-none-match': known } });
      expect(answer).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag } });
    }
    expect((await ask('GET', url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('tell with HEAD what GET would', async () => {
    const answer = await ask('HEAD', url, { headers: { range: 'bytes=0-0' } });
    expect(answer).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
      headers: { 'content-length': '200000' },
    });
  });

  it('are of nothing that is not finished, removed or no blob', async () => {
    await blobs.create('attachments/unfinished', { length: 3, createdAt: Date.now() });
    await upload(blobs, 'attachments/removed', Buffer.from('abc'));
    await blobs.remove('attachments/removed');
    const paths = [
      'unfinished',
      'removed',
      'never',
      '',
      '..',
      '../attachments/whole',
      '%77hole',
      'whole/',
      'whole?x',
    ];
    for (const path of paths) {
      const answer = await ask('GET', `${serving.url}/attachments/${path}`);
      expect(answer).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    }
    expect((await ask('GET', `${serving.url}/../../etc/passwd`)).status).toBe(404);
    expect((await ask('GET', `${serving.url}/uploads/attachments~unfinished`)).status).toBe(404);
  });

  it('are GET and HEAD', async () => {
    expect(await ask('DELETE', url)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect((await ask('GET', url)).status).toBe(200);
  });

  it('are ended when the other side does not read', async () => {
    await upload(blobs, 'attachments/large', Buffer.alloc(32 * 1024 * 1024));
    const { hostname, port } = new URL(serving.url);
    const socket = connect(Number(port), hostname);
    const ended = new Promise<string>((resolve) => {
      socket.on('error', () => resolve('ended'));
      socket.on('close', () => resolve('ended'));
    });
    socket.write('GET /attachments/large HTTP/1.1\r\nHost: here\r\n\r\n');
    socket.pause();
    await expect.poll(() => connections(), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => connections(), { timeout: 20_000 }).toBe(0);
    // What has arrived is read, and then the end: not all of it came.
    let read = 0;
    socket.on('data', (chunk) => {
      read += chunk.length;
    });
    socket.resume();
    expect(await ended).toBe('ended');
    expect(read).toBeLessThan(32 * 1024 * 1024);
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
