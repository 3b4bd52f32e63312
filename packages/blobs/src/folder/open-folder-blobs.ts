import { mkdirSync } from 'node:fs';
import { syncFolder, syncWayTo, takeFolder } from '@sotto/files';
import type { BlobStore, BlobUse } from '../blob-store.ts';
import { asBlobsError, BlobsError } from '../errors.ts';
import { Room } from '../room.ts';
import { FolderBlobs } from './folder-blobs.ts';
import { isOurs, Layout } from './layout.ts';
import { listBlobs, listUploads } from './list-folder.ts';

export interface FolderBlobsOptions {
  /** Made if it is missing; nothing else may be in it. */
  readonly folder: string;
  /** Bytes of all blobs and of what is set aside for uploads. */
  readonly cap: number;
}

/** Keep blobs as files of a folder. Rejects with BlobsError `bad-folder` or `not-stored`. */
export async function openFolderBlobs({ folder, cap }: FolderBlobsOptions): Promise<BlobStore> {
  const taken = takeFolder(folder, isOurs);
  if (taken.outcome !== 'taken') {
    throw new BlobsError('bad-folder', `the folder for blobs cannot be used: ${taken.outcome}`);
  }
  const layout = new Layout(folder);
  try {
    for (const made of [layout.blobs, layout.uploads]) mkdirSync(made, { recursive: true, mode: 0o700 });
    syncFolder(folder);
    syncWayTo(folder);
    const room = new Room(cap);
    room.set(await measure(layout));
    return new FolderBlobs(layout, room);
  } catch (error) {
    throw asBlobsError(error);
  }
}

async function measure(layout: Layout): Promise<BlobUse> {
  let blobs = 0;
  let bytes = 0;
  for await (const { size } of listBlobs(layout)) {
    blobs++;
    bytes += size;
  }
  for await (const { upload } of listUploads(layout)) bytes += upload?.terms.length ?? 0;
  return { blobs, bytes };
}
