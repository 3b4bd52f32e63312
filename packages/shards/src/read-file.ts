import { type Bytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { contentLength, isChunk, openSealed } from './chunk.ts';
import { ShardsError } from './errors.ts';
import { HASH_BYTES } from './limits.ts';
import { placeOf } from './place.ts';
import { type FilePointer, split } from './pointer.ts';

/** The mailbox that a chunk of this file lies in, 33 bytes. */
export function mailboxFor({ layout, shards }: FilePointer, chunk: number): Bytes {
  const shard = shards[placeOf(chunk).shard];
  if (shard === undefined || chunk >= layout.stored)
    throw new ShardsError('bad-use', 'there is no such chunk');
  return shard.mailbox;
}

/** Whether this is the chunk, by the hash that the pointer or its manifest gives. */
export function holdsChunk(pointer: FilePointer, chunk: number, hash: Bytes, data: Bytes): boolean {
  return isChunk(hash, mailboxFor(pointer, chunk), chunk, data);
}

/** The hashes of all chunks, from the manifest as it was stored. Throws ShardsError `bad-manifest`. */
export function openManifest(pointer: FilePointer, data: Bytes): readonly Bytes[] {
  const { layout, key, hashes, digest } = pointer;
  const chunk = layout.chunks;
  if (hashes.kind !== 'manifest' || !holdsChunk(pointer, chunk, hashes.hash, data)) throw badManifest();
  let all: Bytes;
  try {
    all = openSealed({ key, layout, chunk }, data).slice(0, chunk * HASH_BYTES);
  } catch (error) {
    if (error instanceof ShardsError) throw badManifest();
    throw error;
  }
  if (!equalBytes(sha256(all), digest)) throw badManifest();
  return split(all, HASH_BYTES, chunk);
}

/** The content of a chunk, without padding. Throws ShardsError `bad-chunk`. */
export function openChunk({ key, layout }: FilePointer, chunk: number, data: Bytes): Bytes {
  if (chunk >= layout.chunks) throw new ShardsError('bad-use', 'there is no such chunk');
  return openSealed({ key, layout, chunk }, data).subarray(0, contentLength(layout, chunk));
}

function badManifest(): ShardsError {
  return new ShardsError('bad-manifest', 'not the list of chunks that the pointer promises');
}
