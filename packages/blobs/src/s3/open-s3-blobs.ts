import type { BlobStore } from '../blob-store.ts';
import { BlobsError } from '../errors.ts';
import { Room } from '../room.ts';
import { S3Blobs } from './s3-blobs.ts';
import { S3Client, type S3Options } from './s3-client.ts';
import { S3Layout } from './s3-layout.ts';

export interface S3BlobsOptions extends S3Options {
  /** What all names in the bucket begin with, so that it may hold other things. */
  readonly prefix: string;
  /** Bytes of all blobs and of what is set aside for uploads. Counted from the first `expire` on. */
  readonly cap: number;
}

const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/;

/**
 * Keep blobs in a bucket of any S3-compatible store. Rejects with BlobsError: `bad-settings`, or `unreachable` or `refused`
 * when the store does not let the bucket be listed. Ask it to `expire` soon after: that is when it looks what there is.
 */
export async function openS3Blobs({ prefix, cap, ...options }: S3BlobsOptions): Promise<BlobStore> {
  if (!PREFIX.test(prefix))
    throw new BlobsError('bad-settings', 'a prefix is names, each with a slash behind it');
  if (!/^https?:\/\/[^/?#]+\/?$/.test(options.endpoint)) {
    throw new BlobsError('bad-settings', 'an endpoint is the URL of a host');
  }
  const client = new S3Client(options);
  const layout = new S3Layout(prefix);
  const answer = await client.send({
    method: 'GET',
    query: { 'list-type': '2', 'max-keys': '1', prefix: layout.blobs },
  });
  if (answer.status !== 200) throw await client.unexpected(answer);
  await answer.body.dump();
  return new S3Blobs(client, layout, new Room(cap));
}
