import { ShardsError } from './errors.ts';
import {
  CHUNK_BYTES,
  CHUNKS_PER_SHARD,
  INLINE_HASHES,
  MAX_FILE_BYTES,
  SMALL_CHUNK_BYTES,
  TAG_BYTES,
} from './limits.ts';

/** What follows from the size of a file alone. */
export interface FileLayout {
  /** True size, bytes. */
  readonly size: number;
  /** Chunks of content, padding included; numbered from 0. */
  readonly chunks: number;
  /** Whether the hashes have a chunk of their own, which then has the number `chunks`. */
  readonly manifest: boolean;
  /** Chunks that are stored, the manifest's included. */
  readonly stored: number;
  /** Mailboxes that they lie in. */
  readonly shards: number;
  /** Bytes of content in each chunk, padding included. */
  readonly plainBytes: number;
}

/**
 * How a file of this size is cut. Files that fit in 16 KiB are one small chunk, all others whole chunks, and of
 * those so many that no more than log₂ log₂ of their number is told: the count is rounded up to so few
 * significant bits (the rule of PADMÉ, Nikitin et al., PoPETs 2019), at most 12 % more.
 * Throws ShardsError `too-large`, `bad-use`.
 */
export function layoutOf(size: number): FileLayout {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new ShardsError('bad-use', 'a size is a number of bytes');
  if (size > MAX_FILE_BYTES) throw new ShardsError('too-large', `a file has at most ${MAX_FILE_BYTES} bytes`);
  const small = size <= SMALL_CHUNK_BYTES - TAG_BYTES;
  const plainBytes = (small ? SMALL_CHUNK_BYTES : CHUNK_BYTES) - TAG_BYTES;
  const chunks = small ? 1 : roundUp(Math.ceil(size / plainBytes));
  const manifest = chunks > INLINE_HASHES;
  const stored = chunks + (manifest ? 1 : 0);
  return { size, chunks, manifest, stored, shards: Math.ceil(stored / CHUNKS_PER_SHARD), plainBytes };
}

function roundUp(count: number): number {
  if (count < 2) return count;
  const exponent = Math.floor(Math.log2(count));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - kept);
  return Math.ceil(count / step) * step;
}
