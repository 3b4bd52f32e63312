import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors.ts';
import type { Layout } from './layout.ts';
import { UploadFile } from './upload-file.ts';

export interface ListedBlob {
  readonly collection: string;
  readonly path: string;
  readonly size: number;
  /** Milliseconds: when its last byte came. */
  readonly writtenAt: number;
}

/** All finished blobs, read from the disk a few at a time. */
export async function* listBlobs(layout: Layout): AsyncGenerator<ListedBlob> {
  for await (const { name: collection } of entries(layout.blobs)) {
    for await (const entry of entries(layout.collection(collection))) {
      const path = join(layout.collection(collection), entry.name);
      const found = entry.isFile() ? await statIfThere(path) : undefined;
      if (found !== undefined) yield { collection, path, size: found.size, writtenAt: found.mtimeMs };
    }
  }
}

/** All uploads. What a crash has left of one may have nothing to tell. */
export async function* listUploads(
  layout: Layout,
): AsyncGenerator<{ readonly key: string; readonly upload: UploadFile | undefined }> {
  for await (const entry of entries(layout.uploads)) {
    if (!entry.isDirectory()) continue;
    const key = layout.keyOf(entry.name);
    yield { key, upload: await UploadFile.find(layout.upload(key)) };
  }
}

/** What is in a folder; nothing, when it is no folder or goes meanwhile. */
async function* entries(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
}

async function statIfThere(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
