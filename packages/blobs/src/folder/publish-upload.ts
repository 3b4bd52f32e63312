import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { asBytes, equalBytes } from '@sotto/bytes';
import { collectionOf } from '../blob-key.ts';
import { isDiskFull } from '../errors.ts';
import { type Layout, syncNames } from './layout.ts';
import { UploadFile } from './upload-file.ts';

/**
 * Give a whole upload the name of a blob: its bytes are synced already, its name is when this returns. The name is there
 * first, so that a power cut leaves the blob, the upload or both, and never neither.
 */
export async function publishUpload(
  layout: Layout,
  key: string,
  upload: UploadFile,
): Promise<'published' | 'wrong-checksum' | 'full'> {
  const { sha256 } = upload.terms;
  if (sha256 !== undefined && !equalBytes(await hashFile(upload.path), sha256)) return 'wrong-checksum';
  try {
    const collection = await layout.makeCollection(collectionOf(key));
    await rename(upload.path, layout.blob(key));
    await syncNames(collection);
  } catch (error) {
    if (isDiskFull(error)) return 'full';
    throw error;
  }
  await UploadFile.drop(layout.upload(key));
  return 'published';
}

async function hashFile(path: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return asBytes(hash.digest());
}
