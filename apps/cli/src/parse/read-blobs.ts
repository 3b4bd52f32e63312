import { CliError } from '../cli-error.ts';
import type { FlagReader } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { BlobsChoice, BlobsPlaceChoice } from './invocation.ts';

/** Where what people upload is kept, and how much of it. A bucket has flags of its own, which are refused where there is none. */
export function readBlobs(read: FlagReader): { readonly blobs?: BlobsChoice } {
  const place = readPlace(read);
  const limit = read.optional(flags.blobsLimit);
  if (place === undefined && limit === undefined) return {};
  return { blobs: { ...(place && { place }), ...(limit !== undefined && { limit }) } };
}

function readPlace(read: FlagReader): BlobsPlaceChoice | undefined {
  const place = read.optional(flags.blobs);
  if (place?.kind === 's3') {
    return {
      ...place,
      endpoint: read.required(flags.blobsEndpoint),
      region: read.optional(flags.blobsRegion) ?? flags.blobsRegion.fallback,
      secretFile: read.required(flags.blobsSecretFile),
    };
  }
  const ofBuckets = [flags.blobsEndpoint, flags.blobsRegion, flags.blobsSecretFile];
  const stray = ofBuckets.find((flag) => read.typed(flag) !== undefined);
  if (stray === undefined) return place;
  throw new CliError('usage', `--${stray.name} is for --blobs s3://…`, `leave --${stray.name} out`);
}
