import type { BlobStore } from '../blob-store.ts';
import type { PaceTerms } from '../http/pace.ts';

/** What the answers of a TUS service are made of. */
export interface TusContext {
  readonly blobs: BlobStore;
  readonly pace: PaceTerms;
  readonly maxLength: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** An upload, as the store and as its URL know it, and the turn of a request that changes it. */
export interface UploadTarget {
  readonly blobKey: string;
  readonly key: string;
  readonly signal: AbortSignal;
}
