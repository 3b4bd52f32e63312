import { collectionOf } from '../blob-key.ts';
import type { BlobUse } from '../blob-store.ts';
import { LIFETIME, UPLOAD_LIFETIME } from '../constants.ts';
import { listObjects } from './list-objects.ts';
import type { S3Client } from './s3-client.ts';
import type { S3Layout } from './s3-layout.ts';

export interface Expiry {
  readonly now: number;
  /** False when the object stays, because somebody is writing to its key. */
  remove(key: string, name: string): Promise<boolean>;
}

export interface ExpiredBucket {
  /** Blobs and uploads. */
  readonly removed: number;
  /** What is left. */
  readonly use: BlobUse;
}

/** Look through everything, and remove what is too old: one object at a time, a page of names in memory. */
export async function expireBucket(
  client: S3Client,
  layout: S3Layout,
  expiry: Expiry,
): Promise<ExpiredBucket> {
  const blobs = await expireBlobs(client, layout, expiry);
  const uploads = await expireUploads(client, layout, expiry);
  return {
    removed: blobs.removed + uploads.removed,
    use: { blobs: blobs.left, bytes: blobs.bytes + uploads.bytes },
  };
}

async function expireBlobs(
  client: S3Client,
  layout: S3Layout,
  { now, remove }: Expiry,
): Promise<{ removed: number; left: number; bytes: number }> {
  const tally = { removed: 0, left: 0, bytes: 0 };
  for await (const { name, size, modifiedAt } of listObjects(client, layout.blobs)) {
    const parsed = layout.parse(name);
    if (parsed.kind !== 'blob') continue;
    const lifetime = LIFETIME.get(collectionOf(parsed.key));
    const isOld = lifetime !== undefined && modifiedAt + lifetime <= now;
    if (isOld && (await remove(parsed.key, name))) {
      tally.removed++;
      continue;
    }
    tally.left++;
    tally.bytes += size;
  }
  return tally;
}

/** Pieces whose upload is finished or gone, which a crash has left, go with those that are too old. */
async function expireUploads(
  client: S3Client,
  layout: S3Layout,
  { now, remove }: Expiry,
): Promise<{ removed: number; bytes: number }> {
  const tally = { removed: 0, bytes: 0 };
  for await (const { name } of listObjects(client, layout.uploads)) {
    const parsed = layout.parse(name);
    if (parsed.kind !== 'terms' && parsed.kind !== 'segment') continue;
    const { key, createdAt } = parsed.upload;
    const isGone = createdAt + UPLOAD_LIFETIME <= now && (await remove(key, name));
    if (parsed.kind !== 'terms') continue;
    if (isGone) tally.removed++;
    else tally.bytes += parsed.terms.length;
  }
  return tally;
}
