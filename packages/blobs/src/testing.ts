/** The suite that every blob store passes, and what this package reads of strangers, for those who test that alone. */
export { parseRange } from './download/parse-range.ts';
export { parsePolicy } from './forms/parse-policy.ts';
export { parseListing } from './s3/list-objects.ts';
export { blobStoreSuite, type Place } from './testing/blob-store-suite.ts';
export { makeBucket } from './testing/make-bucket.ts';
export { parseChecksum, parseCount, parseFilename } from './tus/tus-headers.ts';
export { formatTerms, parseTerms } from './upload-name.ts';
