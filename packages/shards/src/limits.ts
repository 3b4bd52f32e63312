import { MAX_MESSAGE_DATA_BYTES } from '@sotto/protocol';

/** Sizes in bytes. */

/** In the first round (design §1.6). */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** A chunk as a storage node keeps it: as much as one may keep. */
export const CHUNK_BYTES = MAX_MESSAGE_DATA_BYTES;

/** The only chunk of a small file: what a middle-sized message has, too. */
export const SMALL_CHUNK_BYTES = 16_384;

/** Of each chunk, at its end. */
export const TAG_BYTES = 16;

/** Chunks under one key, so that a large file lies in several swarms (design §1.6). */
export const CHUNKS_PER_SHARD = 64;

/** Hashes that a pointer holds itself; of more chunks it names the manifest, which holds them. */
export const INLINE_HASHES = 16;

/** Odd numbers from here on are where chunks lie, one in each (design §1.6). */
export const FIRST_NAMESPACE = 1_001;

export const HASH_BYTES = 32;
export const SEED_BYTES = 32;
