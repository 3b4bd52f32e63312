import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { read } from '../src/testing/upload.ts';
import type { AttachmentForm } from '../src/tokens/create-attachment-form.ts';
import { Serving } from './_serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-tus-client-'));
let blobs: BlobStore;
let serving: Serving;
let server: Server;

beforeAll(async () => {
  blobs = await openFolderBlobs({ folder, cap: 64 * 1024 * 1024 });
  serving = new Serving({ blobs });
  server = await serving.listen();
});

afterAll(() => {
  expect(serving.failures).toEqual([]);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** Run an upload to its end, or until `until` says so. Its URL. */
async function run(
  { key, headers, signedUploadLocation }: AttachmentForm,
  bytes: Buffer,
  options: Partial<UploadOptions> & { until?: (accepted: number) => boolean },
): Promise<string> {
  const { until = () => false, ...more } = options;
  const { Authorization = '' } = headers;
  return await new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: signedUploadLocation,
      headers: { Authorization },
      metadata: { filename: key },
      retryDelays: null,
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
      onChunkComplete: (_size, accepted) => {
        if (until(accepted)) void upload.abort().then(() => resolve(upload.url ?? ''), reject);
      },
      ...more,
    });
    upload.start();
  });
}

describe('the TUS project’s own client', () => {
  it('uploads in one request', async () => {
    const bytes = randomBytes(1_000_000);
    const form = await serving.form(bytes.length);
    await run(form, bytes, { uploadDataDuringCreation: true });
    expect((await read(blobs, `attachments/${form.key}`)).equals(bytes)).toBe(true);
  });

  it('uploads in chunks, stops, and resumes', async () => {
    const bytes = randomBytes(1_000_000);
    const form = await serving.form(bytes.length);
    const uploadUrl = await run(form, bytes, { chunkSize: 100_000, until: (accepted) => accepted > 450_000 });
    expect(uploadUrl).toBe(`${form.signedUploadLocation}/${form.key}`);
    expect((await blobs.find(`attachments/${form.key}`)).outcome).toBe('unfinished');
    await run(form, bytes, { uploadUrl, chunkSize: 200_000 });
    expect((await read(blobs, `attachments/${form.key}`)).equals(bytes)).toBe(true);
  });
});
