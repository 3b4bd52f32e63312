import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blob-store.ts';
import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { read } from '../src/testing/upload.ts';
import { ask, offsetOf, tusHeaders, uploadAtOnce } from './_http.ts';
import { fieldsOf, post } from './_post-form.ts';
import { Serving } from './_serve.ts';
import { SmallDisk } from './_small-disk.ts';

const MIB = 1024 * 1024;

describe('a full disk', () => {
  let disk: SmallDisk | undefined;
  let blobs: BlobStore;
  let serving: Serving;
  let server: Server;

  beforeAll(async () => {
    disk = SmallDisk.mount(4 * MIB);
    if (disk === undefined) return;
    blobs = await openFolderBlobs({ folder: disk.path, cap: 1_024 * MIB });
    serving = new Serving({ blobs });
    server = await serving.listen();
  });

  beforeEach(({ skip }) => skip(disk === undefined, 'only root can make a small disk'));

  afterAll(() => {
    if (disk === undefined) return;
    expect(serving.failures).toEqual([]);
    server.closeAllConnections();
    server.close();
    disk.unmount();
  });

  it('is told with what is kept, and the upload goes on once there is room', async () => {
    const other = await serving.form(3 * MIB);
    expect((await uploadAtOnce(other, randomBytes(3 * MIB))).status).toBe(201);
    const bytes = randomBytes(2 * MIB);
    const form = await serving.form(bytes.length);
    const refused = await uploadAtOnce(form, bytes);
    expect(refused).toMatchObject({ status: 507, body: Buffer.from('the store is full\n') });
    const kept = Number(refused.headers['upload-offset']);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(bytes.length);
    expect(await offsetOf(form)).toBe(kept);

    // Not even a name has room now.
    const another = await serving.form(10);
    expect([201, 507]).toContain((await uploadAtOnce(another, Buffer.from('0123456789'))).status);

    await blobs.remove(`attachments/${other.key}`);
    const rest = await ask('PATCH', `${form.signedUploadLocation}/${form.key}`, {
      headers: tusHeaders(form, { 'Upload-Offset': kept }),
      body: bytes.subarray(kept),
    });
    expect(rest.status).toBe(204);
    expect((await read(blobs, `attachments/${form.key}`)).equals(bytes)).toBe(true);
  });

  it('leaves nothing of a file that was posted', async () => {
    const key = 'stickers/00ff/full/1';
    const form = serving.forms.create({ key, maxLength: 8 * MIB, now: Date.now() });
    const before = blobs.use();
    const answer = await post(serving.url, fieldsOf(form), randomBytes(5 * MIB)).then(
      ({ status }) => status,
      // Cut off while it was still sending, and the words were lost.
      () => 507,
    );
    expect(answer).toBe(507);
    await expect.poll(() => blobs.find(key)).toEqual({ outcome: 'absent' });
    expect(blobs.use()).toEqual(before);
  });
});
