import { createHash } from 'node:crypto';
import { BlobsError } from '../errors.ts';
import type { S3Answer } from './s3-client.ts';

export interface ObjectFacts {
  readonly size: number;
  readonly etag: string;
}

/** What a store says of an object: of all of it, also where only a part was asked for. */
export function describeObject({ header }: S3Answer): ObjectFacts {
  const whole = /\/(\d{1,15})$/.exec(header('content-range') ?? '')?.[1] ?? header('content-length');
  const size = whole === undefined ? Number.NaN : Number(whole);
  const told = header('etag');
  if (!Number.isSafeInteger(size) || told === undefined) {
    throw new BlobsError('refused', 'the S3 store does not say what an object is');
  }
  // In a form of ours: theirs may be weak, or of any length.
  return { size, etag: createHash('sha256').update(told).digest('base64url').slice(0, 22) };
}
