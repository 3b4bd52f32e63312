import { join } from 'node:path';
import { type BlobStore, BlobsError, openFolderBlobs, openS3Blobs } from '@sotto/blobs';
import type { Secret } from '@sotto/bytes';
import { DatabaseError, holdFolder } from '@sotto/database';
import { type DiskWatch, watchDisk } from '@sotto/operation';
import { DEFAULT_BLOBS_LIMIT } from '../constants.ts';
import { RelayError } from '../errors.ts';
import type { Events } from '../events.ts';
import type { Opened } from '../opened.ts';
import type { RelayOptions } from '../relay-options.ts';
import type { BlobsPlace } from './blobs-options.ts';
import { RelayBlobs } from './relay-blobs.ts';

interface Given {
  readonly uploadKey: Secret;
  /** Of the data folder. */
  readonly disk: DiskWatch;
  readonly events: Events;
}

/** Undefined where there is to be no room for files. Rejects with RelayError `bad-blobs`. */
export async function openBlobs(
  { data, database, blobs = {} }: Pick<RelayOptions, 'data' | 'database' | 'blobs'>,
  { uploadKey, disk, events }: Given,
  opened: Opened,
): Promise<RelayBlobs | undefined> {
  const inData = { kind: 'folder', folder: join(data, 'blobs') } as const;
  // Each of several relays would have others in a folder of its own.
  const { place = database === undefined ? inData : { kind: 'none' }, limit = DEFAULT_BLOBS_LIMIT } = blobs;
  if (place.kind === 'none') return undefined;
  try {
    const store = await openStore(place, limit, opened);
    opened.closeWith(() => store.close());
    if (place.kind === 's3') return new RelayBlobs({ store, limit, uploadKey });
    const own = place === inData ? disk : await watchDisk({ folder: place.folder, events });
    if (own !== disk) opened.closeWith(() => own.stop());
    return new RelayBlobs({ store, limit, uploadKey, disk: own });
  } catch (error) {
    throw explained(error);
  }
}

async function openStore(
  place: Exclude<BlobsPlace, { readonly kind: 'none' }>,
  cap: number,
  opened: Opened,
): Promise<BlobStore> {
  if (place.kind === 's3') {
    const [, accessKeyId, secretAccessKey] = /^(.+):([^:]+)$/.exec(textOf(place.credentials)) ?? [];
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw new RelayError('bad-blobs', 'the credentials of the S3 store are not ID:SECRET');
    }
    return openS3Blobs({ ...place, cap, credentials: { accessKeyId, secretAccessKey } });
  }
  const store = await openFolderBlobs({ folder: place.folder, cap });
  const hold = holdFolder(place.folder);
  opened.closeWith(() => hold.release());
  return store;
}

function textOf(secret: Secret): string {
  return Buffer.from(secret.expose()).toString('utf8');
}

function explained(error: unknown): unknown {
  if (error instanceof BlobsError) return new RelayError('bad-blobs', error.message, { cause: error });
  if (!(error instanceof DatabaseError) || error.code !== 'in-use') return error;
  const words = 'another process keeps blobs in that folder; relays that share them need an S3 store';
  return new RelayError('bad-blobs', words, { cause: error });
}
