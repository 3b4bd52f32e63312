import { type Bytes, concatBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { chunkHash, contentLength, sealChunk } from './chunk.ts';
import { ShardsError } from './errors.ts';
import { contentKey, type OwnedShard, ownedShard, permitReading, readerSeed, readToken } from './keys.ts';
import { type FileLayout, layoutOf } from './layout.ts';
import { HASH_BYTES } from './limits.ts';
import { placeOf } from './place.ts';
import type { FilePointer } from './pointer.ts';

/** A chunk ready to be stored. */
export interface SealedChunk {
  readonly chunk: number;
  readonly data: Bytes;
  /** 32 bytes. */
  readonly hash: Bytes;
}

/** One file in the making. */
export interface NewFile {
  readonly layout: FileLayout;
  /** Encrypt the content of a chunk, of which the last may have less. Chunks behind the content are given none. */
  seal(chunk: number, content: Bytes): SealedChunk;
  /** When all hashes are known: what is left to store, if the file has a manifest, and what the message carries. */
  finish(hashes: readonly Bytes[]): { readonly manifest?: SealedChunk; readonly pointer: FilePointer };
}

/**
 * Cut a file of this size. `seed`: 32 random bytes that nothing else was or will be made from, since a second
 * content under the same keys would give both away. Throws ShardsError `too-large`.
 */
export function makeFile({ seed, size }: { readonly seed: Bytes; readonly size: number }): NewFile {
  const layout = layoutOf(size);
  const key = contentKey(seed);
  const shards = Array.from({ length: layout.shards }, (_, shard) => ownedShard(seed, shard));

  const sealOne = (chunk: number, content: Bytes): SealedChunk => {
    const data = sealChunk({ key, layout, chunk }, content);
    const { mailbox } = shards[placeOf(chunk).shard] as OwnedShard;
    return { chunk, data, hash: chunkHash(mailbox, chunk, data) };
  };

  return {
    layout,
    seal(chunk, content) {
      if (chunk >= layout.chunks || content.length !== contentLength(layout, chunk)) {
        throw new ShardsError('bad-use', 'a file has the size that was said');
      }
      return sealOne(chunk, content);
    },
    finish(hashes) {
      const all = concatBytes(...hashes);
      if (hashes.length !== layout.chunks || all.length !== layout.chunks * HASH_BYTES) {
        throw new ShardsError('bad-use', 'a hash for each chunk');
      }
      const manifest = layout.manifest ? sealOne(layout.chunks, all) : undefined;
      const reader = readerSeed(seed);
      const pointer: FilePointer = {
        layout,
        key,
        reader,
        digest: sha256(all),
        shards: shards.map((owner, shard) => ({
          mailbox: owner.mailbox,
          signature: permitReading(owner, readToken(reader, shard).token),
        })),
        hashes:
          manifest === undefined ? { kind: 'inline', hashes } : { kind: 'manifest', hash: manifest.hash },
      };
      return { ...(manifest === undefined ? {} : { manifest }), pointer };
    },
  };
}
