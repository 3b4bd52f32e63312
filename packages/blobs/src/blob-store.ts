import type { Readable } from 'node:stream';
import type { Bytes } from '@sotto/bytes';

/** What an upload was announced with. */
export interface UploadTerms {
  /** Bytes that will come; or, where only `finish` knows, the most that may. Room for them is set aside. */
  readonly length: number;
  /** Milliseconds; it is given up `UPLOAD_LIFETIME` later. */
  readonly createdAt: number;
  /** SHA-256 of the whole, if the uploader said it. What differs is never finished. */
  readonly sha256?: Bytes;
}

/** Bytes as they come. One failed read ends it; what came before is kept. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Somebody else is writing to the same key at this moment. */
export interface Busy {
  readonly outcome: 'busy';
}

/** There is nothing under the key that the call could be about. */
export interface Absent {
  readonly outcome: 'absent';
}

export type CreateOutcome =
  /** On disk. An unfinished upload that the key had before is gone: who creates begins anew. */
  | { readonly outcome: 'created' }
  /** The key has a finished blob. It stays what it is. */
  | { readonly outcome: 'exists' }
  /** The store's cap would be passed, or the disk has no room for another name. */
  | { readonly outcome: 'full' }
  | Busy;

/** `offset` is what is on disk afterwards, and would be after a power cut. */
export type AppendOutcome =
  /** All that the source had. */
  | { readonly outcome: 'appended'; readonly offset: number }
  /** The source failed. What came before is kept. */
  | { readonly outcome: 'interrupted'; readonly offset: number; readonly cause: unknown }
  /** The source had more than was announced. What fits is kept, and the rest was not read. */
  | { readonly outcome: 'too-long'; readonly offset: number }
  /** The disk is full. */
  | { readonly outcome: 'full'; readonly offset: number }
  /** The upload is not at that offset. Nothing was read. */
  | { readonly outcome: 'wrong-offset'; readonly offset: number }
  | Busy
  | Absent;

export type FinishOutcome =
  /** Whole, on disk, and there for `read`. */
  | { readonly outcome: 'finished'; readonly size: number; readonly etag: string }
  | { readonly outcome: 'incomplete'; readonly offset: number }
  /** Not what the uploader announced. The upload is gone. */
  | { readonly outcome: 'wrong-checksum' }
  | { readonly outcome: 'full' }
  | Busy
  | Absent;

export type FindOutcome =
  | { readonly outcome: 'finished'; readonly size: number; readonly etag: string }
  | { readonly outcome: 'unfinished'; readonly offset: number; readonly terms: UploadTerms }
  | Absent;

/** The first and the last byte, both included, as HTTP counts. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export type ReadOutcome =
  /** The stream must be read or destroyed. */
  | { readonly outcome: 'found'; readonly size: number; readonly etag: string; readonly stream: Readable }
  | Absent;

export interface BlobUse {
  /** Finished blobs. */
  readonly blobs: number;
  /** What they have, and what is set aside for uploads that are under way. */
  readonly bytes: number;
}

/**
 * Opaque blobs under keys that whoever gives out forms has chosen. A blob is uploaded in pieces, finished once, and
 * from then on never changed. Everything about an upload is in the store, nothing only in memory: after a crash it goes
 * on where it was. One process at a time writes to a store; within it, one call at a time to a key. All calls reject
 * with BlobsError, `bad-key` among its codes; a rejected change may have happened in part, and `find` tells.
 */
export interface BlobStore {
  /** Begin an upload. */
  create(key: string, terms: UploadTerms): Promise<CreateOutcome>;
  /** Add bytes at an offset, which must be where the upload stands. Settles after they are synced. */
  append(key: string, offset: number, source: ByteSource): Promise<AppendOutcome>;
  /** Make a whole upload a blob. `length` is what it came to where its terms only said the most. */
  finish(key: string, length?: number): Promise<FinishOutcome>;
  find(key: string): Promise<FindOutcome>;
  /** A finished blob, or the part of it. The range must lie inside of it. */
  read(key: string, range?: ByteRange): Promise<ReadOutcome>;
  /** Blob and upload of a key; `absent` when it had neither. Who is reading reads on. */
  remove(key: string): Promise<{ readonly outcome: 'removed' } | Busy | Absent>;
  /** Remove what has outlived its `LIFETIME` or `UPLOAD_LIFETIME` at that time, in small batches; how many that was. */
  expire(now: number): Promise<number>;
  use(): BlobUse;
  /** Calls fail from now on; those that run end by themselves. */
  close(): void;
}
