import type { Secret } from '@sotto/bytes';

/** Where blobs are kept. */
export type BlobsPlace =
  /** There is no room for files. */
  | { readonly kind: 'none' }
  /** Made when it is not there; nothing else may be in it. */
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      /** `https://host[:port]`, without the bucket. */
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      /** Empty, or ends with a slash. */
      readonly prefix: string;
      /** `ID:SECRET`. */
      readonly credentials: Secret;
    };

export interface BlobsOptions {
  /** A folder `blobs` of the data folder unless told otherwise; with a database, which others may share, nowhere. */
  readonly place?: BlobsPlace;
  /** Bytes of all together; 20 GiB unless told otherwise. */
  readonly limit?: number;
}
