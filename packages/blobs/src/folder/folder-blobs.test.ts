import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../blob-store.ts';
import { UPLOAD_LIFETIME } from '../constants.ts';
import { blobStoreSuite } from '../testing/blob-store-suite.ts';
import { read, sourceOf, upload } from '../testing/upload.ts';
import { openFolderBlobs } from './open-folder-blobs.ts';

const CAP = 1024 * 1024;

blobStoreSuite(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-blobs-'));
  return {
    open: (cap) => openFolderBlobs({ folder, cap }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe('a folder of blobs', () => {
  let folder: string;
  let blobs: BlobStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-blobs-'));
    blobs = await openFolderBlobs({ folder, cap: CAP });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const uploadFolder = (key: string): string => join(folder, 'uploads', key.replaceAll('/', '~'));
  const uploadFile = (key: string): string =>
    join(uploadFolder(key), readdirSync(uploadFolder(key))[0] ?? 'none');

  it('drops what a crash has left behind what was synced', async () => {
    const key = 'attachments/a';
    await blobs.create(key, { length: 10, createdAt: Date.now() });
    await blobs.append(key, 0, sourceOf(Buffer.from('01234')));
    appendFileSync(uploadFile(key), 'xxx');
    const reopened = await openFolderBlobs({ folder, cap: CAP });
    expect(await reopened.find(key)).toMatchObject({ outcome: 'unfinished', offset: 5 });
    await reopened.append(key, 5, sourceOf(Buffer.from('5')));
    expect(await reopened.finish(key, 6)).toMatchObject({ outcome: 'finished', size: 6 });
    expect(await read(reopened, key)).toEqual(Buffer.from('012345'));
  });

  it('gives away no upload that has lost bytes which were acknowledged', async () => {
    const key = 'attachments/a';
    await blobs.create(key, { length: 10, createdAt: Date.now() });
    await blobs.append(key, 0, sourceOf(Buffer.from('01234')));
    writeFileSync(uploadFile(key), '01');
    await expect(blobs.append(key, 5, sourceOf(Buffer.from('5')))).rejects.toMatchObject({
      code: 'not-stored',
    });
  });

  it('removes what tells nothing, when it looks for what is old', async () => {
    mkdirSync(join(folder, 'uploads', 'attachments~left'));
    writeFileSync(join(folder, 'uploads', 'attachments~left', 'something'), '');
    writeFileSync(join(folder, 'uploads', 'stray'), '');
    writeFileSync(join(folder, 'blobs', 'stray'), '');
    await upload(blobs, 'attachments/a', Buffer.from('abc'));
    await blobs.expire(Date.now() + UPLOAD_LIFETIME);
    expect(readdirSync(join(folder, 'uploads'))).toEqual(['stray']);
    expect(await read(blobs, 'attachments/a')).toEqual(Buffer.from('abc'));
  });

  it('is its owner’s alone, and in no folder with other things', async () => {
    await upload(blobs, 'attachments/a', Buffer.from('abc'));
    await blobs.create('attachments/b', { length: 1, createdAt: Date.now() });
    const all = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
    expect(all).toHaveLength(6);
    for (const path of [folder, ...all]) expect(statSync(path).mode & 0o077).toBe(0);
    writeFileSync(join(folder, 'notes'), '');
    await expect(openFolderBlobs({ folder, cap: CAP })).rejects.toMatchObject({ code: 'bad-folder' });
  });
});
